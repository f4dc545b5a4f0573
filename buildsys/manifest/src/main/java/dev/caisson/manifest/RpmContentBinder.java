package dev.caisson.manifest;

import static dev.caisson.manifest.Shapes.choice;
import static dev.caisson.manifest.Shapes.list;
import static dev.caisson.manifest.Shapes.map;

/** Describes and binds {@code rpm}. */
final class RpmContentBinder {
    private RpmContentBinder() {}

    static Shape shape() {
        return map().key(
                        "database",
                        choice(RpmDatabase.class),
                        "The database that rpm -qa reads in the running image. Default: none.")
                .key("database-path", Shapes.IMAGE_PATH, "Its folder. Default: /usr/lib/sysimage/rpm.")
                .key(
                        "exclude-docs",
                        Shapes.FLAG,
                        "Whether files marked as documentation stay out; licences never do. Default: false.")
                .key(
                        "languages",
                        list(Shapes.text(
                                "a language or locale such as de or pt_BR", "^[A-Za-z]{2,8}([_@.][A-Za-z0-9._@-]+)?$")),
                        "Of files that are for one language, those that enter. Default: all.")
                .build();
    }

    static RpmSpec bind(Fields root) {
        Fields rpm = root.map("rpm");
        return new RpmSpec(
                rpm.choice("database", RpmDatabase.class, RpmSpec.DEFAULT.database()),
                rpm.text("database-path", RpmSpec.DEFAULT.databasePath()),
                rpm.flag("exclude-docs", false),
                RootBinder.distinct(rpm.texts("languages")));
    }
}
