using FsCheck;
using FsCheck.Xunit;
using Npgsql;
using Shouldly;
using Usage.Host;
using Usage.Host.Cli;
using Xunit;

namespace Usage.Tests.Properties.Cli;

public sealed class ConnectionUrlTests
{
    [Property]
    public void A_connection_string_survives_conversion_to_a_url_and_back(NonEmptyString password, NonEmptyString database, ushort port)
    {
        var parts = new NpgsqlConnectionStringBuilder
        {
            Host = "db.example",
            Port = Math.Max((int)port, 1),
            Username = "some one",
            Password = Printable(password),
            Database = Printable(database),
            SslMode = SslMode.VerifyFull,
        };

        var back = new NpgsqlConnectionStringBuilder(
            ConnectionUrl.ToConnectionString(ConnectionUrl.ToUrl(parts.ConnectionString)));

        (back.Host, back.Port, back.Username, back.Password, back.Database, back.SslMode)
            .ShouldBe((parts.Host, parts.Port, parts.Username, parts.Password, parts.Database, parts.SslMode));
    }

    [Theory]
    [InlineData("Host=h;Username=u;Database=d", "postgresql://u@h:5432/d")]
    [InlineData("Host=::1;Username=u;Database=d", "postgresql://u@[::1]:5432/d")]
    [InlineData("Host=/run/pg;Username=u;Database=d", "postgresql://u@/d?host=%2Frun%2Fpg&port=5432")]
    [InlineData("postgres://u:a%40b@h:5433/d?sslmode=require", "postgresql://u:a%40b@h:5433/d?sslmode=require")]
    public void The_url_is_accepted_by_psql(string given, string url) =>
        ConnectionUrl.ToUrl(ConnectionUrl.ToConnectionString(given)).ShouldBe(url);

    [Theory]
    [InlineData("Hots=h;Password=secret")]
    [InlineData("postgresql://u:secret@h:port/d")]
    public void An_error_does_not_repeat_the_password(string given) =>
        Should.Throw<UsageConfigurationException>(() => ConnectionUrl.ToConnectionString(given)).Message.ShouldNotContain("secret");

    private static string Printable(NonEmptyString text) =>
        "x" + new string([.. text.Get.Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]);
}
