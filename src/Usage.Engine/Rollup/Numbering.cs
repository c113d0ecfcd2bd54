using System.Runtime.InteropServices;

namespace Usage.Engine.Rollup;

/// <summary>Gives each distinct value a number, from 0 in the order of their coming. A number compares and hashes faster than what it stands for.</summary>
internal sealed class Numbering<T>
    where T : notnull
{
    private readonly Dictionary<T, int> numbers = [];
    private readonly List<T> values = [];

    public T this[int number] => values[number];

    public int Count => values.Count;

    /// <summary>Forgets all values and keeps the room for them.</summary>
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
