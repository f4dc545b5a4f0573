package dev.caisson.rpm;

import dev.caisson.bytes.FormatException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads the tags of a header that hold scriptlets, triggers and dependencies. For one header. */
final class ScriptletTable {
    private static final long DEFAULT_PRIORITY = 1_000_000;

    private final RpmHeader header;

    ScriptletTable(RpmHeader header) {
        this.header = header;
    }

    List<RpmDependency> dependencies(DependencyKind kind) throws FormatException {
        return relations(kind.nameTag(), kind.flagsTag(), kind.versionTag());
    }

    /** v3 packages may have names alone, and the oldest have flags without versions. */
    private List<RpmDependency> relations(int nameTag, int flagsTag, int versionTag) throws FormatException {
        List<String> names = header.strings(nameTag);
        long[] flags = header.numbers(flagsTag);
        List<String> versions = header.strings(versionTag);
        if (header.has(flagsTag) && flags.length != names.size()) {
            throw header.corrupt(flagsTag, "has " + flags.length + " values", "one for each of " + names.size());
        }
        if (header.has(versionTag) && versions.size() != names.size()) {
            throw header.corrupt(versionTag, "has " + versions.size() + " values", "one for each of " + names.size());
        }
        List<RpmDependency> relations = new ArrayList<>(names.size());
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).isEmpty()) {
                throw header.corrupt(nameTag, "has an empty name", "a capability");
            }
            relations.add(new RpmDependency(
                    names.get(i), header.has(flagsTag) ? flags[i] : 0, header.has(versionTag) ? versions.get(i) : ""));
        }
        return relations;
    }

    Map<ScriptletKind, RpmScriptlet> scriptlets() throws FormatException {
        Map<ScriptletKind, RpmScriptlet> scriptlets = new EnumMap<>(ScriptletKind.class);
        for (ScriptletKind kind : ScriptletKind.values()) {
            if (!header.has(kind.bodyTag()) && !header.has(kind.interpreterTag())) {
                continue;
            }
            List<String> interpreter = header.strings(kind.interpreterTag());
            // v3 packages without an interpreter mean the shell.
            scriptlets.put(
                    kind,
                    new RpmScriptlet(
                            interpreter.isEmpty() ? List.of("/bin/sh") : interpreter,
                            header.string(kind.bodyTag()).orElse(""),
                            header.number(kind.flagsTag()).orElse(0)));
        }
        return scriptlets;
    }

    record TriggerTags(
            RpmTrigger.Scope scope,
            int scripts,
            int interpreters,
            int scriptFlags,
            int names,
            int versions,
            int flags,
            int indexes,
            int priorities) {}

    static final List<TriggerTags> TRIGGERS = List.of(
            new TriggerTags(
                    RpmTrigger.Scope.PACKAGE,
                    RpmTag.TRIGGERSCRIPTS,
                    RpmTag.TRIGGERSCRIPTPROG,
                    RpmTag.TRIGGERSCRIPTFLAGS,
                    RpmTag.TRIGGERNAME,
                    RpmTag.TRIGGERVERSION,
                    RpmTag.TRIGGERFLAGS,
                    RpmTag.TRIGGERINDEX,
                    0),
            new TriggerTags(
                    RpmTrigger.Scope.FILE,
                    RpmTag.FILETRIGGERSCRIPTS,
                    RpmTag.FILETRIGGERSCRIPTPROG,
                    RpmTag.FILETRIGGERSCRIPTFLAGS,
                    RpmTag.FILETRIGGERNAME,
                    RpmTag.FILETRIGGERVERSION,
                    RpmTag.FILETRIGGERFLAGS,
                    RpmTag.FILETRIGGERINDEX,
                    RpmTag.FILETRIGGERPRIORITIES),
            new TriggerTags(
                    RpmTrigger.Scope.TRANSACTION_FILE,
                    RpmTag.TRANSFILETRIGGERSCRIPTS,
                    RpmTag.TRANSFILETRIGGERSCRIPTPROG,
                    RpmTag.TRANSFILETRIGGERSCRIPTFLAGS,
                    RpmTag.TRANSFILETRIGGERNAME,
                    RpmTag.TRANSFILETRIGGERVERSION,
                    RpmTag.TRANSFILETRIGGERFLAGS,
                    RpmTag.TRANSFILETRIGGERINDEX,
                    RpmTag.TRANSFILETRIGGERPRIORITIES));

    List<RpmTrigger> triggers() throws FormatException {
        List<RpmTrigger> triggers = new ArrayList<>();
        for (TriggerTags tags : TRIGGERS) {
            if (header.has(tags.names())) {
                read(tags, triggers);
            }
        }
        return triggers;
    }

    private void read(TriggerTags tags, List<RpmTrigger> triggers) throws FormatException {
        List<RpmDependency> conditions = relations(tags.names(), tags.flags(), tags.versions());
        List<String> bodies = header.strings(tags.scripts());
        List<String> interpreters = header.strings(tags.interpreters());
        long[] flags = header.numbers(tags.scriptFlags());
        long[] indexes = header.numbers(tags.indexes());
        long[] priorities = tags.priorities() == 0 ? new long[0] : header.numbers(tags.priorities());
        if (indexes.length != conditions.size()) {
            throw header.corrupt(
                    tags.indexes(), "has " + indexes.length + " values", "one for each of " + conditions.size());
        }
        int count = Math.max(bodies.size(), interpreters.size());
        List<List<RpmDependency>> byScript = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byScript.add(new ArrayList<>());
        }
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] >= count) {
                throw header.corrupt(tags.indexes(), "has " + indexes[i], "below " + count + ", the number of scripts");
            }
            byScript.get((int) indexes[i]).add(conditions.get(i));
        }
        for (int i = 0; i < count; i++) {
            if (byScript.get(i).isEmpty()) {
                throw header.corrupt(tags.indexes(), "do not name script " + i, "each script");
            }
            String interpreter = i < interpreters.size() ? interpreters.get(i) : "/bin/sh";
            String body = i < bodies.size() ? bodies.get(i) : "";
            triggers.add(new RpmTrigger(
                    tags.scope(),
                    moment(tags, byScript.get(i).get(0)),
                    byScript.get(i),
                    new RpmScriptlet(List.of(interpreter), body, i < flags.length ? flags[i] : 0),
                    tags.priorities() == 0 ? 0 : i < priorities.length ? priorities[i] : DEFAULT_PRIORITY));
        }
    }

    private RpmTrigger.Moment moment(TriggerTags tags, RpmDependency condition) throws FormatException {
        for (RpmTrigger.Moment moment : RpmTrigger.Moment.values()) {
            if ((condition.flags() & moment.flag()) != 0) {
                return moment;
            }
        }
        throw header.corrupt(tags.flags(), "have no moment for " + condition, "one of the trigger bits");
    }
}
