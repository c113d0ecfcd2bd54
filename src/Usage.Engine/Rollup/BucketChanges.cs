namespace Usage.Engine.Rollup;

/// <summary>What makes the stored buckets of a set equal to the computed ones. Equal buckets are left alone.</summary>
internal sealed record BucketChanges(
    IReadOnlyList<Bucket> Inserts, IReadOnlyList<Bucket> Updates, IReadOnlyList<BucketKey> Deletes)
{
    public static BucketChanges None { get; } = new([], [], []);

    /// <summary>Compares the computed buckets of a set with those that are stored now.</summary>
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
