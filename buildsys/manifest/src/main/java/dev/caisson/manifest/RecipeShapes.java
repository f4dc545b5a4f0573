package dev.caisson.manifest;

import static dev.caisson.manifest.Shapes.choice;
import static dev.caisson.manifest.Shapes.either;
import static dev.caisson.manifest.Shapes.list;
import static dev.caisson.manifest.Shapes.map;
import static dev.caisson.manifest.Shapes.size;
import static dev.caisson.manifest.Shapes.whole;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** All keys of a recipe ({@code package.yaml}). */
final class RecipeShapes {
    /** What a recipe and its package may be called. */
    static final Shape NAME = Shapes.text(
            "a recipe name (lower-case letters, digits, . + _ -, at most 63)", "^[a-z0-9][a-z0-9.+_-]{0,62}$");

    private static final int DAY_SECONDS = 86_400;
    private static final Shape PART =
            Shapes.text("a version without \"-\": letters, digits, . _ + ~ ^", "^[A-Za-z0-9][A-Za-z0-9._+~^]*$");
    private static final Shape FILE_NAME =
            Shapes.text("a file name of letters, digits, . _ + ~ -", "^[A-Za-z0-9_][A-Za-z0-9._+~-]{0,199}$");
    private static final Shape ADDRESS = Shapes.text(
            "an address (https:, http:, file:) or ARCHIVE:path, such as debian:pool/main/h/hello/hello_2.10.orig.tar.gz",
            "^((file|https?):|[a-z0-9][a-z0-9._-]*:(?!/))[^\\x00-\\x20\\x7f]+$");
    private static final Shape SHA512 = Shapes.text("128 lower-case hexadecimal digits", "^[0-9a-f]{128}$");

    /** The whole file; made of the shapes above. */
    static final Shape.MapOf ROOT = root();

    private RecipeShapes() {}

    private static Shape.MapOf root() {
        return map().required("schema", whole(1, 1), "Version of this schema: 1.")
                .key("name", NAME, "Name of the package. Default: the folder's name.")
                .required("version", PART, "Version of the package.")
                .key("release", PART, "Release of the package. Default: 1.")
                .required("summary", Shapes.LINE, "One line for people.")
                .key("description", new Shape.Content(), "Paragraphs for people. Default: the summary.")
                .required("license", Shapes.LINE, "SPDX expression of the licences of what is in the package.")
                .key("url", Shapes.WEB_URL, "The project.")
                .required("epoch", Shapes.EPOCH, "The time of everything in the package: SOURCE_DATE_EPOCH.")
                .key(
                        "architectures",
                        list(choice(
                                Arrays.stream(Arch.values()).map(Arch::label).toArray(String[]::new))),
                        "What it can be built for. Default: all.")
                .key("spec", Shapes.HOST_PATH, "Source recipe: the RPM spec file. (One of spec, files.)")
                .key("sources", list(source()), "Source recipe: what lies, read-only, in %{_sourcedir}.")
                .key("build-requires", list(NAME), "Source recipe: recipes whose packages the build needs.")
                .key("build", build(), "Source recipe: what the build may use.")
                .key("files", list(file()), "Data recipe: what is in the package.")
                .key("license-files", list(Shapes.HOST_PATH), "Data recipe: texts that go to /usr/share/licenses/NAME.")
                .key("requires", list(relation()), "Data recipe: packages that it needs.")
                .key("provides", list(relation()), "Data recipe: what it provides beside its name.")
                .key("conflicts", list(relation()), "Data recipe: packages that cannot be beside it.")
                .key("obsoletes", list(relation()), "Data recipe: packages that it takes the place of.")
                .key("recommends", list(relation()), "Data recipe: packages that it is better with.")
                .build();
    }

    private static Shape relation() {
        return Shapes.text(
                "a capability such as \"libc\" or \"libc >= 2.41\"",
                "^[A-Za-z0-9_/][A-Za-z0-9._+()/:~^-]*( (=|>=|<=|>|<) [A-Za-z0-9._+~^:-]+)?$");
    }

    private static Shape source() {
        return map().key(
                        "name", FILE_NAME, "Its name in %{_sourcedir}. Default: the name that it has where it is from.")
                .key("urls", list(ADDRESS), "Where it can be had, tried in order. (One of urls, path, package.)")
                .key("sha512", SHA512, "With urls: its SHA-512.")
                .key("path", Shapes.HOST_PATH, "A file or folder, relative to this file.")
                .key("package", Shapes.PACKAGE_NAME, "A package of the SDK, of which a file is taken.")
                .key("file", Shapes.IMAGE_PATH, "With package: the file.")
                .build();
    }

    private static Shape build() {
        return map().key("timeout", whole(1, DAY_SECONDS), "Seconds after which it has failed. Default: 3600.")
                .key("jobs", whole(1, 1024), "At most so many jobs of make. Default: what the command line says.")
                .key("memory", size(1 << 20, Long.MAX_VALUE), "Address space of each process. Default: no limit.")
                .build();
    }

    private static Shape file() {
        Map<String, Shape.Field> fields =
                new LinkedHashMap<>(ManifestShapes.file().fields());
        Shape flag = choice(FileFlag.class);
        fields.put("flags", new Shape.Field("What RPM should know of it.", either(flag, list(flag)), false));
        return new Shape.MapOf(fields);
    }
}
