package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Modules ({@code modules.yaml}, libmodulemd's {@code modulemd} versions 1 and 2 and {@code modulemd-defaults}): sets of packages in
 * several streams, of which one at most counts. Profiles, obsoletes and translations are passed over.
 *
 * @param streams every described stream
 * @param defaults module to default stream
 */
public record Modules(List<Stream> streams, Map<String, String> defaults) {
    /** No modules. */
    public static final Modules NONE = new Modules(List.of(), Map.of());

    /** Stands for the distribution itself, which is always there. */
    private static final String PLATFORM = "platform";

    /**
     * One build of one stream.
     *
     * @param module the module's name
     * @param stream the stream's name
     * @param version the higher is newer
     * @param context tells builds against different streams of other modules apart
     * @param requires module to the streams that will do ({@code -x}: any but x; none: any), in alternatives
     * @param artifacts its packages, as {@link RpmPackageMetadata#nevra}
     */
    public record Stream(
            String module,
            String stream,
            long version,
            String context,
            List<Map<String, List<String>>> requires,
            List<String> artifacts) {
        public Stream {
            requires = List.copyOf(requires);
            artifacts = List.copyOf(artifacts);
        }
    }

    public Modules {
        streams = List.copyOf(streams);
        defaults = java.util.Collections.unmodifiableMap(new TreeMap<>(defaults));
    }

    /**
     * Parses the documents. The stream is not closed.
     *
     * @throws FormatException when they are malformed
     */
    public static Modules parse(InputStream in) throws IOException {
        List<Stream> streams = new ArrayList<>();
        Map<String, String> defaults = new TreeMap<>();
        ModuleYaml.read(in, document -> {
            if (document instanceof Map<?, ?> map && map.get("data") instanceof Map<?, ?> data) {
                String kind = text(map, "document");
                if (kind.equals("modulemd")) {
                    streams.add(stream(data));
                } else if (kind.equals("modulemd-defaults")
                        && !text(data, "stream").isEmpty()) {
                    defaults.put(text(data, "module"), text(data, "stream"));
                }
            }
        });
        return new Modules(streams, defaults);
    }

    private static String text(Map<?, ?> map, String key) {
        return map.get(key) instanceof String text ? text : "";
    }

    private static Stream stream(Map<?, ?> data) {
        List<String> artifacts = new ArrayList<>();
        if (data.get("artifacts") instanceof Map<?, ?> map) {
            texts(map.get("rpms")).forEach(nevra -> artifacts.add(withEpoch(nevra)));
        }
        List<Map<String, List<String>>> requires = new ArrayList<>();
        Object dependencies = data.get("dependencies");
        for (Object one :
                dependencies instanceof List<?> list ? list : List.of(dependencies == null ? "" : dependencies)) {
            if (one instanceof Map<?, ?> map && map.get("requires") instanceof Map<?, ?> wanted) {
                Map<String, List<String>> alternative = new LinkedHashMap<>();
                wanted.forEach((module, names) -> alternative.put(String.valueOf(module), texts(names)));
                requires.add(alternative);
            }
        }
        String version = text(data, "version");
        boolean number = version.matches("[0-9]{1,18}");
        return new Stream(
                text(data, "name"),
                text(data, "stream"),
                number ? Long.parseLong(version) : 0,
                text(data, "context"),
                requires,
                artifacts);
    }

    private static List<String> texts(Object value) {
        if (value instanceof List<?> list) {
            return list.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .toList();
        }
        return value instanceof String text && !text.isEmpty() ? List.of(text) : List.of();
    }

    private static String withEpoch(String nevra) {
        int release = nevra.lastIndexOf('-');
        int version = release < 1 ? -1 : nevra.lastIndexOf('-', release - 1);
        return version < 0 || nevra.indexOf(':', version) > 0
                ? nevra
                : nevra.substring(0, version + 1) + "0:" + nevra.substring(version + 1);
    }

    /** All modules of several repositories. */
    static Modules merge(List<Modules> all) {
        List<Stream> streams = new ArrayList<>();
        Map<String, String> defaults = new TreeMap<>();
        for (Modules modules : all) {
            streams.addAll(modules.streams);
            modules.defaults.forEach(defaults::putIfAbsent);
        }
        return new Modules(streams, defaults);
    }

    /** The streams that count: the default ones, the enabled ones instead of them, and what these require. */
    public Map<String, Stream> active(ModulePolicy policy) {
        Map<String, String> chosen = new TreeMap<>(defaults);
        chosen.putAll(policy.enabled());
        chosen.keySet().removeAll(policy.disabled());
        Map<String, List<Stream>> byModule = new HashMap<>();
        streams.forEach(s ->
                byModule.computeIfAbsent(s.module(), m -> new ArrayList<>()).add(s));
        Map<String, Stream> active = new TreeMap<>();
        boolean grown = true;
        while (grown) {
            grown = false;
            active.clear();
            for (String module : List.copyOf(chosen.keySet())) {
                Stream best = null;
                for (Stream stream : byModule.getOrDefault(module, List.of())) {
                    boolean better = best == null || stream.version() > best.version();
                    if (stream.stream().equals(chosen.get(module)) && better && satisfied(stream, chosen)) {
                        best = stream;
                    }
                }
                if (best != null) {
                    active.put(module, best);
                } else if (policy.enabled().containsKey(module)) {
                    grown |= pullIn(byModule.getOrDefault(module, List.of()), policy, chosen);
                }
            }
        }
        return active;
    }

    private static boolean satisfied(Stream stream, Map<String, String> chosen) {
        return stream.requires().isEmpty()
                || stream.requires().stream()
                        .anyMatch(wanted -> wanted.entrySet().stream()
                                .allMatch(one -> one.getKey().equals(PLATFORM)
                                        || accepts(one.getValue(), chosen.get(one.getKey()))));
    }

    private static boolean accepts(List<String> wanted, String stream) {
        if (stream == null) {
            return false;
        }
        boolean onlyNegative = wanted.stream().allMatch(w -> w.startsWith("-"));
        return onlyNegative ? !wanted.contains("-" + stream) : wanted.contains(stream);
    }

    /** What an enabled stream requires of modules that have no stream yet; true when one got its stream. */
    private static boolean pullIn(List<Stream> builds, ModulePolicy policy, Map<String, String> chosen) {
        for (Stream build : builds) {
            if (!build.stream().equals(chosen.get(build.module()))) {
                continue;
            }
            for (Map<String, List<String>> wanted : build.requires()) {
                for (Map.Entry<String, List<String>> one : wanted.entrySet()) {
                    boolean open = !one.getKey().equals(PLATFORM)
                            && !chosen.containsKey(one.getKey())
                            && !policy.disabled().contains(one.getKey());
                    String first = one.getValue().stream()
                            .filter(name -> !name.startsWith("-"))
                            .findFirst()
                            .orElse("");
                    if (open && !first.isEmpty()) {
                        chosen.put(one.getKey(), first);
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Which packages count under a policy. */
    Selection selection(ModulePolicy policy) {
        Set<String> all = new HashSet<>();
        streams.forEach(s -> all.addAll(s.artifacts()));
        Set<String> counting = new HashSet<>();
        Set<String> names = new LinkedHashSet<>();
        for (Stream stream : active(policy).values()) {
            for (String nevra : stream.artifacts()) {
                counting.add(nevra);
                if (!nevra.endsWith(".src") && !nevra.endsWith(".nosrc")) {
                    names.add(name(nevra));
                }
            }
        }
        return new Selection(all, counting, names, policy.hotfixes());
    }

    private static String name(String nevra) {
        int release = nevra.lastIndexOf('-');
        int version = release < 1 ? -1 : nevra.lastIndexOf('-', release - 1);
        return version < 0 ? nevra : nevra.substring(0, version);
    }

    /**
     * As dnf does it: of modular packages those of active streams, of the others those that no active stream replaces, by name or by
     * what they provide.
     *
     * @param all every modular package
     * @param counting those of active streams
     * @param names the names of those
     * @param everything whether nothing is left out
     */
    record Selection(Set<String> all, Set<String> counting, Set<String> names, boolean everything) {
        boolean admits(RpmMdIndex index, int i) {
            if (everything || all.isEmpty()) {
                return true;
            }
            String nevra = index.nevra(i);
            if (all.contains(nevra)) {
                return counting.contains(nevra);
            }
            if (names.contains(index.text(i, RpmMdIndex.Text.NAME))) {
                return false;
            }
            for (int entry : index.list(i, RpmRelation.PROVIDES)) {
                if (names.contains(index.entryName(entry))) {
                    return false;
                }
            }
            return true;
        }
    }
}
