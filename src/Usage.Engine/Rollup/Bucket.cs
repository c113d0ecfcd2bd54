namespace Usage.Engine.Rollup;

/// <summary>One row of the hourly rollup.</summary>
internal readonly record struct Bucket(BucketKey Key, BucketSum Sum);
