package dev.caisson.repository.rpmmd;

import java.util.Locale;

/** Groups as {@code comps.xml}. */
final class GroupsText {
    private GroupsText() {}

    static byte[] of(Comps comps) {
        XmlText xml = new XmlText().open("comps");
        for (Comps.Group group : comps.groups()) {
            xml.open("group").text("id", group.id()).text("name", group.name());
            xml.text("description", group.description());
            xml.text("default", Boolean.toString(group.isDefault()));
            xml.text("uservisible", Boolean.toString(group.userVisible()));
            xml.open("packagelist");
            for (Comps.Member member : group.members()) {
                String requires = member.requires().isEmpty() ? null : member.requires();
                String type = member.kind().name().toLowerCase(Locale.ROOT);
                xml.text("packagereq", member.name(), "type", type, "requires", requires);
            }
            xml.close("packagelist").close("group");
        }
        for (Comps.Environment environment : comps.environments()) {
            xml.open("environment").text("id", environment.id()).text("name", environment.name());
            xml.open("grouplist");
            environment.groups().forEach(id -> xml.text("groupid", id));
            xml.close("grouplist").open("optionlist");
            environment.options().forEach(id -> xml.text("groupid", id));
            xml.close("optionlist").close("environment");
        }
        return xml.close("comps").bytes();
    }
}
