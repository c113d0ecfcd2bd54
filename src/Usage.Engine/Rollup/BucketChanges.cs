namespace Usage.Engine.Rollup;

/// <summary>The changes that turn a set's stored buckets into the computed ones. Equal buckets are not changed.</summary>
internal sealed record BucketChanges(
    IReadOnlyList<Bucket> Inserts, IReadOnlyList<Bucket> Updates, IReadOnlyList<BucketKey> Deletes)
{
    public static BucketChanges None { get; } = new([], [], []);

    /// <summary>Compares a set's computed buckets with the stored ones.</summary>
    public static BucketChanges Between(IReadOnlyList<Bucket> computed, IEnumerable<Bucket> stored)
    {
        var gone = stored.ToDictionary(bucket => bucket.Key, bucket => bucket.Sum);
        if (gone.Count == 0)
        {
            return new(computed, [], []);
        }

        List<Bucket> inserts = [];
        List<Bucket> updates = [];
        foreach (var bucket in computed)
        {
            if (!gone.Remove(bucket.Key, out var sum))
            {
                inserts.Add(bucket);
            }
            else if (sum != bucket.Sum)
            {
                updates.Add(bucket);
            }
        }

        return new(inserts, updates, [.. gone.Keys]);
    }
}
