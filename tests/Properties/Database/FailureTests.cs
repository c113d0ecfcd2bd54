using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Npgsql;
using Shouldly;
using Usage.Engine.Database;
using Xunit;

namespace Usage.Tests.Properties.Database;

/// <summary>Only errors that the data can cause are data errors, and no failure is of two kinds.</summary>
public sealed class FailureTests
{
    private static readonly string[] Known =
    [
        PostgresErrorCodes.NumericValueOutOfRange, PostgresErrorCodes.CharacterNotInRepertoire, PostgresErrorCodes.UntranslatableCharacter,
        PostgresErrorCodes.UndefinedColumn, PostgresErrorCodes.UndefinedTable, PostgresErrorCodes.InsufficientPrivilege,
        PostgresErrorCodes.FeatureNotSupported, PostgresErrorCodes.UniqueViolation, PostgresErrorCodes.NotNullViolation,
        PostgresErrorCodes.RaiseException, PostgresErrorCodes.InternalError, PostgresErrorCodes.DataCorrupted,
        PostgresErrorCodes.ReadOnlySqlTransaction, PostgresErrorCodes.QueryCanceled, PostgresErrorCodes.DeadlockDetected,
        PostgresErrorCodes.SerializationFailure, PostgresErrorCodes.LockNotAvailable, PostgresErrorCodes.AdminShutdown,
        PostgresErrorCodes.CannotConnectNow, PostgresErrorCodes.OutOfMemory, PostgresErrorCodes.DiskFull, "25P03",
    ];

    private static Arbitrary<string> SqlStates { get; } = Arb.From(Gen.OneOf(
        Gen.Elements(Known),
        from characters in Gen.ArrayOf(Gen.Elements("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".ToCharArray()), 5)
        select new string(characters),
        from rest in Gen.ArrayOf(Gen.Elements("012345678P".ToCharArray()), 3)
        select $"22{new string(rest)}"));

    public static TheoryData<Type> OfTheSetup { get; } =
    [
        typeof(InvalidCastException), typeof(InvalidOperationException), typeof(NullReferenceException), typeof(ArgumentOutOfRangeException),
        typeof(DivideByZeroException), typeof(FormatException), typeof(NotSupportedException),
    ];

    [Property]
    public Property An_error_of_the_server_is_of_the_data_when_its_class_is_22_and_only_then() =>
        Prop.ForAll(SqlStates, state => Failure.IsOfTheData(Server(state)).ShouldBe(state[..2] == "22"));

    [Property]
    public Property An_error_of_the_server_is_a_timeout_when_the_query_was_cancelled_and_only_then() =>
        Prop.ForAll(SqlStates, state => Failure.IsTimeout(Server(state)).ShouldBe(state == "57014"));

    [Property]
    public Property An_error_of_the_server_is_of_one_kind_at_most() =>
        Prop.ForAll(SqlStates, state => Kinds(Server(state)).ShouldBeLessThanOrEqualTo(1));

    [Fact]
    public void A_sum_over_64_bits_is_a_data_error() => Failure.IsOfTheData(new OverflowException()).ShouldBeTrue();

    [Fact]
    public void A_command_that_times_out_on_the_client_is_a_timeout_and_not_a_data_error()
    {
        NpgsqlException error = new("Timeout", new TimeoutException());
        (Failure.IsTimeout(error), Failure.IsOfTheData(error), Failure.IsTransient(error)).ShouldBe((true, false, false));
    }

    [Fact]
    public void A_broken_connection_is_only_transient()
    {
        NpgsqlException error = new("Exception while reading from stream", new IOException());
        (Failure.IsTransient(error), Kinds(error)).ShouldBe((true, 1));
    }

    [Theory, MemberData(nameof(OfTheSetup))]
    public void Any_other_error_is_neither_transient_nor_a_data_error(Type error) => Kinds((Exception)Activator.CreateInstance(error)!).ShouldBe(0);

    [Fact]
    public void A_cancellation_is_not_a_failure_of_the_work() => Failure.IsOfTheWork(new OperationCanceledException()).ShouldBeFalse();

    private static int Kinds(Exception error) =>
        new[] { Failure.IsTransient(error), Failure.IsOfTheData(error), Failure.IsTimeout(error) }.Count(holds => holds);

    private static PostgresException Server(string state) => new("message", "ERROR", "ERROR", state);
}
