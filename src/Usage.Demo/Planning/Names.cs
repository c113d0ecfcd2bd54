namespace Usage.Demo.Planning;

/// <summary>Generated names.</summary>
internal static class Names
{
    public static IReadOnlyList<string> TimeZones { get; } =
    [
        "America/New_York", "Europe/Berlin", "Asia/Kolkata", "America/Los_Angeles", "Asia/Shanghai", "Europe/London",
        "Australia/Sydney", "America/Sao_Paulo", "Asia/Tokyo", "Asia/Kathmandu", "America/St_Johns", "Africa/Lagos",
        "Pacific/Chatham", "America/Chicago", "Europe/Helsinki", "Asia/Singapore", "Africa/Cairo", "America/Santiago",
    ];

    private static readonly string[] CompanyFirst =
        ["Copper", "Harbour", "Lantern", "Meadow", "Quartz", "Saffron", "Tidal", "Umber", "Willow", "Zephyr", "Birch", "Cobalt", "Ember"];

    private static readonly string[] CompanyLast = ["Labs", "Studio", "Systems", "Works", "Collective", "Robotics", "Health", "Logistics"];

    private static readonly string[] PeopleFirst =
        ["Ada", "Bela", "Chidi", "Dana", "Emil", "Farah", "Goran", "Hana", "Ines", "Jun", "Kofi", "Lena", "Mira", "Noor", "Oskar", "Priya"];

    private static readonly string[] PeopleLast = ["Abara", "Berg", "Costa", "Diaz", "Eriksen", "Fujita", "Gupta", "Horvat", "Ito", "Jansen", "Kaya"];

    private static readonly string[] Duties =
        ["Reviewer", "Builder", "Tester", "Triage", "Refactorer", "Writer", "Migrator", "Researcher", "Planner", "Fixer", "Porter"];

    private static readonly string[] Subjects =
        ["Checkout", "Billing", "Search", "Onboarding", "Mobile app", "Public API", "Data import", "Reports", "Sign-in", "Infrastructure"];

    private static readonly string[] Verbs = ["Fix", "Speed up", "Test", "Document", "Rewrite", "Simplify", "Monitor", "Roll out"];

    private static readonly string[] Objects =
        ["the retry policy", "pagination", "the nightly export", "error messages", "the upload form", "cache keys", "time zones", "the audit log"];

    public static string Workspace(int index) =>
        Numbered($"{CompanyFirst[index % CompanyFirst.Length]} {CompanyLast[index % CompanyLast.Length]}", index, CompanyFirst.Length * CompanyLast.Length);

    public static string Person(Random random) => $"{random.Pick(PeopleFirst)} {random.Pick(PeopleLast)}";

    public static string Agent(int index) => Numbered(Duties[index % Duties.Length], index, Duties.Length);

    public static string Project(int index) => Numbered(Subjects[index % Subjects.Length], index, Subjects.Length);

    public static string Runtime(string provider, int index) => $"{provider}-runner-{index + 1}";

    public static string Issue(int index) => $"{Verbs[index % Verbs.Length]} {Objects[index / Verbs.Length % Objects.Length]}";

    private static string Numbered(string name, int index, int distinct) => index < distinct ? name : $"{name} {(index / distinct) + 1}";
}
