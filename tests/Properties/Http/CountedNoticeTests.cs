using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Usage.AspNetCore;
using Xunit;

namespace Usage.Tests.Properties.Http;

public sealed class CountedNoticeTests
{
    [Fact]
    public void The_first_event_is_reported_at_once_and_the_others_as_a_count_after_the_interval()
    {
        FakeTimeProvider time = new();
        CountedNotice notice = new(TimeSpan.FromMinutes(1), time);
        notice.Count().ShouldBe(1);
        for (var number = 0; number < 9; number++)
        {
            time.Advance(TimeSpan.FromSeconds(6));
            notice.Count().ShouldBeNull();
        }

        time.Advance(TimeSpan.FromSeconds(6));
        notice.Count().ShouldBe(10);
        notice.Count().ShouldBeNull();
        time.Advance(TimeSpan.FromHours(1));
        notice.Count().ShouldBe(2);
    }
}
