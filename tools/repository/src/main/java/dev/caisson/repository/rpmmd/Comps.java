package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.FormatException;
import dev.caisson.resolver.Dependency;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Groups of packages ({@code comps.xml}): groups and environments. Categories and language packs are passed over, translations too.
 *
 * @param groups in the document's order
 * @param environments in the document's order
 */
public record Comps(List<Group> groups, List<Environment> environments) {
    /** No groups. */
    public static final Comps NONE = new Comps(List.of(), List.of());

    /** How firmly a package belongs to its group. */
    public enum Kind {
        /** Always with the group. */
        MANDATORY,
        /** With the group unless left out. */
        DEFAULT,
        /** Only when asked for. */
        OPTIONAL,
        /** When the package named by {@link Member#requires} is there. */
        CONDITIONAL
    }

    /**
     * A package of a group.
     *
     * @param name the package
     * @param kind how firmly
     * @param requires for {@link Kind#CONDITIONAL}: the package that it goes with; else empty
     */
    public record Member(String name, Kind kind, String requires) {
        /** What asking for the group asks for because of this package. */
        public Dependency dependency() {
            return kind == Kind.CONDITIONAL
                    ? new Dependency.If(Dependency.of(name), Dependency.of(requires), null)
                    : Dependency.of(name);
        }
    }

    /**
     * A group.
     *
     * @param id by which it is asked for
     * @param name for people, untranslated
     * @param description for people, untranslated
     * @param isDefault whether it is installed unless left out
     * @param userVisible whether people are to be offered it
     * @param members packages in the document's order
     */
    public record Group(
            String id, String name, String description, boolean isDefault, boolean userVisible, List<Member> members) {
        public Group {
            members = List.copyOf(members);
        }

        /** The members that asking for the group means: all but the optional ones, or with these. */
        public List<Member> wanted(boolean withOptional) {
            return members.stream()
                    .filter(m -> withOptional || m.kind() != Kind.OPTIONAL)
                    .toList();
        }
    }

    /**
     * A set of groups.
     *
     * @param id by which it is asked for
     * @param name for people, untranslated
     * @param groups identifiers of groups that belong to it
     * @param options identifiers of groups that go with it
     */
    public record Environment(String id, String name, List<String> groups, List<String> options) {
        public Environment {
            groups = List.copyOf(groups);
            options = List.copyOf(options);
        }
    }

    public Comps {
        groups = List.copyOf(groups);
        environments = List.copyOf(environments);
    }

    /** The group of that identifier or, when there is none, of that name. */
    public Optional<Group> group(String idOrName) {
        return groups.stream()
                .filter(g -> g.id().equals(idOrName))
                .findFirst()
                .or(() -> groups.stream().filter(g -> g.name().equals(idOrName)).findFirst());
    }

    /** The environment of that identifier or, when there is none, of that name. */
    public Optional<Environment> environment(String idOrName) {
        return environments.stream()
                .filter(e -> e.id().equals(idOrName))
                .findFirst()
                .or(() -> environments.stream()
                        .filter(e -> e.name().equals(idOrName))
                        .findFirst());
    }

    /**
     * Parses a decompressed document. The stream is not closed.
     *
     * @throws FormatException when it is malformed
     */
    public static Comps parse(InputStream in) throws IOException {
        XmlReader xml = new XmlReader("comps.xml", in);
        xml.root("comps");
        List<Group> groups = new ArrayList<>();
        List<Environment> environments = new ArrayList<>();
        int depth = xml.depth();
        while (xml.child(depth)) {
            if (xml.is("group")) {
                groups.add(group(xml));
            } else if (xml.is("environment")) {
                environments.add(environment(xml));
            }
        }
        xml.end();
        return new Comps(groups, environments);
    }

    private static Group group(XmlReader xml) throws IOException {
        String id = "";
        String name = "";
        String description = "";
        boolean isDefault = false;
        boolean visible = true;
        List<Member> members = new ArrayList<>();
        int depth = xml.depth();
        while (xml.child(depth)) {
            boolean translated = xml.attribute("lang") != null;
            switch (xml.name()) {
                case "id" -> id = xml.trimmed();
                case "name" -> name = translated ? name : xml.trimmed();
                case "description" -> description = translated ? description : xml.trimmed();
                case "default" -> isDefault = xml.trimmed().equals("true");
                case "uservisible" -> visible = !xml.trimmed().equals("false");
                case "packagelist" -> {
                    int list = xml.depth();
                    while (xml.child(list)) {
                        if (xml.is("packagereq")) {
                            members.add(member(xml));
                        }
                    }
                }
                default -> {
                    // not ours
                }
            }
        }
        return new Group(id, name, description, isDefault, visible, members);
    }

    private static Member member(XmlReader xml) throws IOException {
        String requires = xml.attributeOrEmpty("requires");
        Kind kind = switch (xml.attributeOrEmpty("type")) {
            case "default" -> Kind.DEFAULT;
            case "optional" -> Kind.OPTIONAL;
            case "conditional" -> requires.isEmpty() ? Kind.OPTIONAL : Kind.CONDITIONAL;
            default -> Kind.MANDATORY;
        };
        return new Member(xml.trimmed(), kind, kind == Kind.CONDITIONAL ? requires : "");
    }

    private static Environment environment(XmlReader xml) throws IOException {
        String id = "";
        String name = "";
        List<String> groups = new ArrayList<>();
        List<String> options = new ArrayList<>();
        int depth = xml.depth();
        while (xml.child(depth)) {
            switch (xml.name()) {
                case "id" -> id = xml.trimmed();
                case "name" -> name = xml.attribute("lang") != null ? name : xml.trimmed();
                case "grouplist" -> ids(xml, groups);
                case "optionlist" -> ids(xml, options);
                default -> {
                    // not ours
                }
            }
        }
        return new Environment(id, name, groups, options);
    }

    private static void ids(XmlReader xml, List<String> into) throws IOException {
        int depth = xml.depth();
        while (xml.child(depth)) {
            if (xml.is("groupid")) {
                into.add(xml.trimmed());
            }
        }
    }
}
