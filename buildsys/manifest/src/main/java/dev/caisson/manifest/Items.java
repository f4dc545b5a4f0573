package dev.caisson.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Binds the items of lists. */
final class Items {
    private Items() {}

    /** Makes one record from one item. */
    interface Binding<T> {
        T bind() throws Fields.Incomplete;
    }

    /** The good maps of a list. */
    static List<Fields> maps(Fields fields, String key) {
        List<Fields> maps = new ArrayList<>();
        for (YamlNode item : fields.items(key)) {
            if (item instanceof YamlNode.Mapping map) {
                maps.add(new Fields(map, fields.findings()));
            }
        }
        return maps;
    }

    /** The record, unless the item lacks something, which has been said already. */
    static <T> Optional<T> bind(Fields item, Binding<T> binding) {
        try {
            return Optional.of(binding.bind());
        } catch (Fields.Incomplete e) {
            return Optional.empty();
        }
    }

    /** Complains when the name was seen before. */
    static void unique(Findings findings, Map<String, Position> seen, String what, String name, Position at) {
        Position before = seen.putIfAbsent(name, at);
        if (before != null) {
            findings.error(
                    at,
                    what + " \"" + name + "\" is declared twice",
                    "it is also at " + before + "; \"- !remove " + name + "\" before it takes an inherited one away");
        }
    }
}
