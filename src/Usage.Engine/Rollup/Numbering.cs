using System.Runtime.InteropServices;

namespace Usage.Engine.Rollup;

/// <summary>Assigns consecutive numbers from 0 to distinct values. Numbers compare and hash faster than the values.</summary>
internal sealed class Numbering<T>
    where T : notnull
{
    private readonly Dictionary<T, int> numbers = [];
    private readonly List<T> values = [];

    public T this[int number] => values[number];

    public int Count => values.Count;

    /// <summary>Removes all values but keeps the allocated memory.</summary>
    public void Clear()
    {
        numbers.Clear();
        values.Clear();
    }

    public int NumberOf(T value)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, value, out var known);
        if (!known)
        {
            number = values.Count;
            values.Add(value);
        }

        return number;
    }
}
