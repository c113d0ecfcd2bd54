namespace Usage.Engine.Reporting;

/// <summary>The distinct tasks of an entity over all models; without an entity, of usage that has none, or of all usage.</summary>
internal readonly record struct EntityTasks(Guid? EntityId, long Count);
