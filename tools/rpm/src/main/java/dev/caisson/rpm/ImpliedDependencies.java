package dev.caisson.rpm;

import dev.caisson.compression.Codec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The relations that rpmbuild adds to what a package asks for, and the order in which headers have them. */
final class ImpliedDependencies {
    private static final long INSTALL_TIME = RpmDependency.RPMLIB | RpmDependency.LESS | RpmDependency.EQUAL;

    /** rpm compares names, then versions, then flags, all as bytes, and searches by that order. */
    private static final Comparator<RpmDependency> ORDER = Comparator.comparing(RpmDependency::name)
            .thenComparing(RpmDependency::version)
            .thenComparing(RpmDependency::flags);

    private final RpmRequest request;

    ImpliedDependencies(RpmRequest request) {
        this.request = request;
    }

    Map<DependencyKind, List<RpmDependency>> all(Codec payload, boolean stripped) {
        Map<DependencyKind, Set<RpmDependency>> sets = new EnumMap<>(DependencyKind.class);
        for (DependencyKind kind : DependencyKind.values()) {
            sets.put(kind, new LinkedHashSet<>(request.dependencies().getOrDefault(kind, List.of())));
        }
        Set<RpmDependency> provides = sets.get(DependencyKind.PROVIDES);
        Set<RpmDependency> requires = sets.get(DependencyKind.REQUIRES);
        String evr = request.evr();
        provides.add(new RpmDependency(request.name(), RpmDependency.EQUAL, evr));
        String isa = isa(request.architecture());
        if (!isa.isEmpty()) {
            provides.add(new RpmDependency(request.name() + isa, RpmDependency.EQUAL, evr));
        }
        if (request.files().stream().anyMatch(file -> (file.flags() & RpmFile.CONFIG) != 0)) {
            String config = "config(" + request.name() + ")";
            provides.add(new RpmDependency(config, RpmDependency.EQUAL | RpmDependency.CONFIG, evr));
            requires.add(new RpmDependency(config, RpmDependency.EQUAL | RpmDependency.CONFIG, evr));
        }
        addInterpreters(requires);
        addFeatures(sets, payload, stripped, requires);
        Map<DependencyKind, List<RpmDependency>> lists = new EnumMap<>(DependencyKind.class);
        sets.forEach((kind, set) -> lists.put(kind, set.stream().sorted(ORDER).toList()));
        return lists;
    }

    /** rpm's {@code %{?_isa}}. */
    private static String isa(String architecture) {
        return switch (architecture) {
            case "noarch" -> "";
            case "x86_64", "x86_64_v2", "x86_64_v3", "x86_64_v4" -> "(x86-64)";
            case "i386", "i486", "i586", "i686" -> "(x86-32)";
            case "aarch64" -> "(aarch-64)";
            case "armv7hl" -> "(armv7hl-32)";
            case "ppc64", "ppc64le" -> "(ppc-64)";
            case "riscv64" -> "(riscv-64)";
            case "s390x" -> "(s390-64)";
            case "loongarch64" -> "(loongarch-64)";
            default -> "";
        };
    }

    private void addInterpreters(Set<RpmDependency> requires) {
        request.scriptlets().forEach((kind, scriptlet) -> {
            String program = scriptlet.interpreter().get(0);
            if (program.startsWith("/")) {
                requires.add(new RpmDependency(program, RpmDependency.INTERPRETER | sense(kind), ""));
            }
        });
        for (RpmTrigger trigger : request.triggers()) {
            String program = trigger.scriptlet().interpreter().get(0);
            if (program.startsWith("/")) {
                requires.add(new RpmDependency(program, RpmDependency.INTERPRETER, ""));
            }
        }
    }

    private static long sense(ScriptletKind kind) {
        return switch (kind) {
            case PRETRANS -> RpmDependency.PRETRANS;
            case PRE -> RpmDependency.SCRIPT_PRE;
            case POST -> RpmDependency.SCRIPT_POST;
            case PREUN -> RpmDependency.SCRIPT_PREUN;
            case POSTUN -> RpmDependency.SCRIPT_POSTUN;
            case POSTTRANS -> 1L << 5;
            case VERIFYSCRIPT -> 1L << 13;
            case PREUNTRANS -> 1L << 20;
            case POSTUNTRANS -> 1L << 21;
        };
    }

    private void addFeatures(
            Map<DependencyKind, Set<RpmDependency>> sets,
            Codec payload,
            boolean stripped,
            Set<RpmDependency> requires) {
        List<String> features = new ArrayList<>();
        if (!request.files().isEmpty()) {
            features.add("CompressedFileNames 3.0.4-1");
            features.add("FileDigests 4.6.0-1");
        }
        features.add("PayloadFilesHavePrefix 4.0-1");
        if (payload == Codec.XZ) {
            features.add("PayloadIsXz 5.2-1");
        }
        if (payload == Codec.ZSTD) {
            features.add("PayloadIsZstd 5.4.18-1");
        }
        if (stripped) {
            features.add("LargeFiles 4.12.0-1");
        }
        if (request.files().stream().anyMatch(file -> !file.capabilities().isEmpty())) {
            features.add("FileCaps 4.6.1-1");
        }
        boolean rich = sets.values().stream().flatMap(Set::stream).anyMatch(RpmDependency::isRich);
        if (rich) {
            features.add("RichDependencies 4.12.0-1");
        }
        List<RpmScriptlet> scripts = new ArrayList<>(request.scriptlets().values());
        request.triggers().forEach(trigger -> scripts.add(trigger.scriptlet()));
        if (scripts.stream().anyMatch(script -> script.interpreter().get(0).equals("<lua>"))) {
            features.add("BuiltinLuaScripts 4.2.2-1");
        }
        if (scripts.stream().anyMatch(script -> script.interpreter().size() > 1)) {
            features.add("ScriptletInterpreterArgs 4.0.3-1");
        }
        if (scripts.stream().anyMatch(script -> (script.flags() & ~RpmScriptlet.CRITICAL) != 0)) {
            features.add("ScriptletExpansion 4.9.0-1");
        }
        List<RpmDependency> versioned = sets.values().stream()
                .flatMap(Set::stream)
                .filter(dependency -> (dependency.flags() & RpmDependency.RPMLIB) == 0)
                .toList();
        if (versioned.stream().anyMatch(d -> d.version().contains("~"))) {
            features.add("TildeInVersions 4.10.0-1");
        }
        if (versioned.stream().anyMatch(d -> d.version().contains("^"))) {
            features.add("CaretInVersions 4.15.0-1");
        }
        for (String feature : features) {
            int blank = feature.indexOf(' ');
            requires.add(new RpmDependency(
                    "rpmlib(" + feature.substring(0, blank) + ")", INSTALL_TIME, feature.substring(blank + 1)));
        }
    }
}
