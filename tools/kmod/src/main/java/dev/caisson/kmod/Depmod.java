package dev.caisson.kmod;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The files that {@code depmod} writes into a kernel's module folder, by name. */
public final class Depmod {
    private final ModuleSet set;
    private final List<String> builtInInformation;
    private final SortedMap<String, byte[]> files = new TreeMap<>();

    private Depmod(ModuleSet set, List<String> builtInInformation) {
        this.set = set;
        this.builtInInformation = builtInInformation;
    }

    /**
     * Makes the files.
     *
     * @param builtInInformation strings of {@code modules.builtin.modinfo}: {@code module.key=value}
     */
    public static SortedMap<String, byte[]> files(ModuleSet set, List<String> builtInInformation) {
        Depmod depmod = new Depmod(set, builtInInformation);
        depmod.dependencies();
        depmod.aliases();
        depmod.symbols();
        depmod.softDependencies();
        depmod.deviceNames();
        depmod.builtIn();
        return depmod.files;
    }

    private void text(String name, CharSequence content) {
        files.put(name, content.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void dependencies() {
        StringBuilder text = new StringBuilder();
        ModuleIndex index = new ModuleIndex();
        for (int i = 0; i < set.modules().size(); i++) {
            KernelModule module = set.modules().get(i);
            String line = module.path() + ":"
                    + set.allNeeds(module).stream()
                            .map(needed -> " " + needed.path())
                            .collect(Collectors.joining());
            text.append(line).append('\n');
            index.insert(module.name(), line, i);
        }
        text("modules.dep", text);
        files.put("modules.dep.bin", index.encode());
    }

    private void aliases() {
        StringBuilder text = new StringBuilder("# Aliases extracted from modules themselves.\n");
        ModuleIndex index = new ModuleIndex();
        for (int i = 0; i < set.modules().size(); i++) {
            KernelModule module = set.modules().get(i);
            for (String alias : module.values("alias")) {
                text.append("alias ")
                        .append(alias)
                        .append(' ')
                        .append(module.name())
                        .append('\n');
                Optional<String> normal = normalAlias(alias);
                if (normal.isPresent()) {
                    index.insert(normal.get(), module.name(), i);
                }
            }
        }
        text("modules.alias", text);
        files.put("modules.alias.bin", index.encode());
    }

    /** Dashes become underscores outside of brackets; unbalanced brackets make an alias unusable. */
    private static Optional<String> normalAlias(String alias) {
        StringBuilder normal = new StringBuilder();
        boolean inside = false;
        for (int i = 0; i < alias.length(); i++) {
            char c = alias.charAt(i);
            if (c == '[' && !inside) {
                inside = true;
            } else if (c == ']') {
                if (!inside) {
                    return Optional.empty();
                }
                inside = false;
            }
            normal.append(c == '-' && !inside ? '_' : c);
        }
        return inside ? Optional.empty() : Optional.of(normal.toString());
    }

    private void symbols() {
        TreeMap<String, Integer> owners = new TreeMap<>();
        for (int i = 0; i < set.modules().size(); i++) {
            for (String symbol : set.modules().get(i).exports()) {
                owners.put(symbol, i);
            }
        }
        StringBuilder text = new StringBuilder("# Aliases for symbols, used by symbol_request().\n");
        ModuleIndex index = new ModuleIndex();
        owners.forEach((symbol, owner) -> {
            KernelModule module = set.modules().get(owner);
            text.append("alias symbol:")
                    .append(symbol)
                    .append(' ')
                    .append(module.name())
                    .append('\n');
            index.insert("symbol:" + symbol, module.name(), owner);
        });
        text("modules.symbols", text);
        files.put("modules.symbols.bin", index.encode());
    }

    private void softDependencies() {
        StringBuilder soft = new StringBuilder("# Soft dependencies extracted from modules themselves.\n");
        StringBuilder weak = new StringBuilder("# Weak dependencies extracted from modules themselves.\n");
        for (KernelModule module : set.modules()) {
            module.values("softdep")
                    .forEach(value -> soft.append("softdep ")
                            .append(module.name())
                            .append(' ')
                            .append(value)
                            .append('\n'));
            module.values("weakdep")
                    .forEach(value -> weak.append("weakdep ")
                            .append(module.name())
                            .append(' ')
                            .append(value)
                            .append('\n'));
        }
        text("modules.softdep", soft);
        text("modules.weakdep", weak);
    }

    private void deviceNames() {
        StringBuilder text = new StringBuilder("# Device nodes to trigger on-demand module loading.\n");
        for (KernelModule module : set.modules()) {
            String device = null;
            String number = null;
            for (String alias : module.values("alias")) {
                if (alias.startsWith("devname:")) {
                    device = alias.substring("devname:".length());
                } else if (alias.matches("(char|block)-major-\\d+-\\d+")) {
                    String[] parts = alias.split("-");
                    number = alias.charAt(0) + parts[2] + ":" + parts[3];
                }
                if (device != null && number != null) {
                    text.append(module.name())
                            .append(' ')
                            .append(device)
                            .append(' ')
                            .append(number)
                            .append('\n');
                    break;
                }
            }
        }
        text("modules.devname", text);
    }

    private void builtIn() {
        ModuleIndex names = new ModuleIndex();
        set.builtIn().forEach(name -> names.insert(name, "", 0));
        files.put("modules.builtin.bin", names.encode());
        ModuleIndex aliases = new ModuleIndex();
        for (String[] alias : builtInAliases()) {
            aliases.insert(alias[0], alias[1], 0);
        }
        files.put("modules.builtin.alias.bin", aliases.encode());
    }

    private List<String[]> builtInAliases() {
        List<String[]> aliases = new ArrayList<>();
        for (String line : builtInInformation) {
            int dot = line.indexOf('.');
            int equals = line.indexOf('=');
            if (dot > 0 && equals > dot && line.substring(dot + 1, equals).equals("alias")) {
                String name = KernelModule.normalise(line.substring(0, dot));
                normalAlias(line.substring(equals + 1)).ifPresent(alias -> aliases.add(new String[] {alias, name}));
            }
        }
        return aliases;
    }
}
