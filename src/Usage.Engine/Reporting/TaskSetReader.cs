using Npgsql;

namespace Usage.Engine.Reporting;

/// <summary>Reads sets of tasks, row by row, into one buffer.</summary>
internal sealed class TaskSetReader(NpgsqlDataReader reader, int ordinal)
{
    private byte[] buffer = new byte[1024];

    /// <summary>The set of the present row, as it is stored. It is valid until the next is read.</summary>
    public ReadOnlySpan<byte> Read()
    {
        var length = (int)reader.GetBytes(ordinal, 0, null, 0, 0);
        if (length > buffer.Length)
        {
            buffer = new byte[Math.Max(length, 2 * buffer.Length)];
        }

        reader.GetBytes(ordinal, 0, buffer, 0, length);
        return buffer.AsSpan(0, length);
    }
}
