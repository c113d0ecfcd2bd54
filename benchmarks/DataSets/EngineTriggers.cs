namespace Usage.Benchmarks.DataSets;

/// <summary>Enables or disables the engine's triggers on a table. Changes leave no marks while they are disabled.</summary>
internal static class EngineTriggers
{
    private const string StatementsSql = """
        select string_agg(format('alter table %s %s trigger %I', t.tgrelid::regclass, @verb, t.tgname), ';')
        from pg_trigger t
        where t.tgrelid = @table::regclass and starts_with(t.tgname, 'usage_rollup_')
        """;

    /// <param name="data">The data set.</param>
    /// <param name="table">The schema-qualified table.</param>
    /// <param name="enabled">Whether to enable or disable them.</param>
    public static async Task SwitchAsync(DataSet data, string table, bool enabled, CancellationToken cancellationToken)
    {
        await using var command = data.Database.CreateCommand(StatementsSql);
        command.Parameters.AddWithValue("verb", enabled ? "enable" : "disable");
        command.Parameters.AddWithValue("table", table);
        await data.ExecuteAsync((string)(await command.ExecuteScalarAsync(cancellationToken))!, cancellationToken);
    }
}
