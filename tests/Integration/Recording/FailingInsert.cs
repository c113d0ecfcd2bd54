using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Recording;

/// <summary>
/// Makes every insert of a model fail like a race, and counts the attempts with a sequence, which also counts those rolled back.
/// </summary>
internal sealed class FailingInsert : IAsyncDisposable
{
    private readonly TestDatabase database;

    private FailingInsert(TestDatabase database) => this.database = database;

    public static async Task<FailingInsert> CreateAsync(TestDatabase database, string model)
    {
        await database.ExecuteAsync($"""
            create sequence public.attempts;
            create function public.fail_insert() returns trigger language plpgsql as $$
            begin
                perform nextval('public.attempts');
                raise exception 'made to fail' using errcode = '40001';
            end $$;
            create trigger fail_insert before insert on public.task_usage
                for each row when (new.model = '{model}') execute function public.fail_insert()
            """);
        return new(database);
    }

    public Task<long> AttemptsAsync() =>
        database.ScalarAsync<long>("select case when is_called then last_value else 0 end from public.attempts");

    public async ValueTask DisposeAsync() => await database.ExecuteAsync("""
        drop trigger fail_insert on public.task_usage;
        drop function public.fail_insert();
        drop sequence public.attempts
        """);
}
