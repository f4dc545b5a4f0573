package dev.caisson.engine.layer;

import dev.caisson.bytes.ByteSource;
import dev.caisson.deb.Deb822Paragraph;
import dev.caisson.deb.DebLimits;
import dev.caisson.deb.DebPackage;
import dev.caisson.engine.root.PackageLayer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A Debian package as a layer. */
final class DebLayer {
    private static final Set<String> SCRIPTS = Set.of("preinst", "postinst", "prerm", "postrm", "config");
    private static final List<String> INVENTORY_FIELDS =
            List.of("Source", "Section", "Maintainer", "Homepage", "Description", "Essential", "License");

    private DebLayer() {}

    static PackageLayer read(ByteSource source, LayerContents contents) throws IOException {
        DebPackage deb = DebPackage.open(source, DebLimits.DEFAULT);
        deb.readData(contents);
        Deb822Paragraph control = deb.control();
        Map<String, String> fields = new TreeMap<>();
        for (String field : INVENTORY_FIELDS) {
            control.get(field)
                    .ifPresent(
                            value -> fields.put(field, value.lines().findFirst().orElse("")));
        }
        TreeMap<String, byte[]> scripts = new TreeMap<>(deb.controlFiles());
        scripts.keySet().retainAll(SCRIPTS);
        return new PackageLayer(
                control.get("Package").orElse(deb.name()),
                control.get("Version").orElse(""),
                control.get("Architecture").orElse(""),
                fields,
                replaced(control.get("Replaces").orElse("")),
                scripts,
                contents.finish());
    }

    private static Set<String> replaced(String field) {
        Set<String> names = new TreeSet<>();
        for (String relation : field.split(",", -1)) {
            String name = relation.strip().replaceAll("[\\s(:\\[<].*", "");
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }
}
