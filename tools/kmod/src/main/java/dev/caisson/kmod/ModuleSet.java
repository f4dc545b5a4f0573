package dev.caisson.kmod;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All modules of one kernel, with who needs whom. Modules are in the order of {@code modules.order}, those that it doesn't name
 * behind them by path; that order decides between modules that answer to the same alias.
 */
public final class ModuleSet {
    private final List<KernelModule> modules;
    private final Map<String, Integer> byName = new HashMap<>();
    private final Set<String> builtIn;
    private final List<List<Integer>> needs = new ArrayList<>();
    private final int[] sortIndex;

    /**
     * @param modules all modules, in any order
     * @param order lines of {@code modules.order}: paths without compression suffix
     * @param builtIn lines of {@code modules.builtin}
     */
    public ModuleSet(List<KernelModule> modules, List<String> order, List<String> builtIn) {
        Map<String, Integer> place = new HashMap<>();
        for (String line : order) {
            place.putIfAbsent(KernelModule.nameOf(line), place.size());
        }
        this.modules = modules.stream()
                .sorted(Comparator.comparingInt((KernelModule m) -> place.getOrDefault(m.name(), Integer.MAX_VALUE))
                        .thenComparing(KernelModule::path))
                .toList();
        this.builtIn =
                new LinkedHashSet<>(builtIn.stream().map(KernelModule::nameOf).toList());
        Map<String, Integer> exporters = new HashMap<>();
        for (int i = 0; i < this.modules.size(); i++) {
            byName.putIfAbsent(this.modules.get(i).name(), i);
            for (String symbol : this.modules.get(i).exports()) {
                exporters.put(symbol, i);
            }
        }
        for (int i = 0; i < this.modules.size(); i++) {
            Set<Integer> direct = new LinkedHashSet<>();
            for (String symbol : this.modules.get(i).needs()) {
                Integer exporter = exporters.get(symbol);
                if (exporter != null && exporter != i) {
                    direct.add(exporter);
                }
            }
            needs.add(new ArrayList<>(direct));
        }
        this.sortIndex = topological();
    }

    /** depmod's order: users before what they use; the last root first. Modules in a loop come last, by index. */
    private int[] topological() {
        int[] users = new int[modules.size()];
        needs.forEach(list -> list.forEach(needed -> users[needed]++));
        int[] roots = new int[modules.size()];
        int count = 0;
        for (int i = 0; i < users.length; i++) {
            if (users[i] == 0) {
                roots[count++] = i;
            }
        }
        int[] index = new int[modules.size()];
        Arrays.fill(index, Integer.MAX_VALUE);
        int sorted = 0;
        while (count > 0) {
            int next = roots[--count];
            index[next] = sorted++;
            for (int needed : needs.get(next)) {
                if (--users[needed] == 0) {
                    roots[count++] = needed;
                }
            }
        }
        for (int i = 0; i < index.length; i++) {
            if (index[i] == Integer.MAX_VALUE) {
                index[i] = sorted++;
            }
        }
        return index;
    }

    /** All modules in order. */
    public List<KernelModule> modules() {
        return modules;
    }

    /** Whether a module of this name is part of the kernel itself. */
    public boolean isBuiltIn(String name) {
        return builtIn.contains(KernelModule.normalise(name));
    }

    /** Names of what is part of the kernel itself, in the order of {@code modules.builtin}. */
    public Set<String> builtIn() {
        return builtIn;
    }

    /** The module of a name, dashes or underscores. */
    public Optional<KernelModule> module(String name) {
        return Optional.ofNullable(byName.get(KernelModule.normalise(name))).map(modules::get);
    }

    /** Everything that a module needs, also indirectly, those that need others first: as in {@code modules.dep}. */
    public List<KernelModule> allNeeds(KernelModule module) {
        int self = modules.indexOf(module);
        Set<Integer> all = new LinkedHashSet<>();
        collect(self, all);
        all.remove(self);
        return all.stream()
                .sorted(Comparator.comparingInt(i -> sortIndex[i]))
                .map(modules::get)
                .toList();
    }

    private void collect(int module, Set<Integer> all) {
        ArrayDeque<Integer> open = new ArrayDeque<>(List.of(module));
        while (!open.isEmpty()) {
            for (int needed : needs.get(open.removeLast())) {
                if (all.add(needed)) {
                    open.addLast(needed);
                }
            }
        }
    }
}
