package dev.caisson.engine.layer;

import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.RpmSpec;
import dev.caisson.rpm.RpmFile;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which files of a package stay out, as with rpm's {@code --excludedocs} and {@code %_install_langs} (skipInstallFiles in its
 * lib/transaction.c): documentation, files for other languages, and directories that hold nothing but such files.
 */
final class RpmFileFilter {
    private RpmFileFilter() {}

    static Set<TreePath> leftOut(List<RpmFile> files, RpmSpec spec) {
        if (!spec.excludeDocs() && spec.languages().isEmpty()) {
            return Set.of();
        }
        Set<TreePath> out = new HashSet<>();
        Map<TreePath, Integer> left = new HashMap<>();
        Set<TreePath> lost = new HashSet<>();
        for (RpmFile file : files) {
            if (isLeftOut(file, spec)) {
                out.add(file.path());
                lost.add(file.path().parent());
            } else {
                left.merge(file.path().parent(), 1, Integer::sum);
            }
        }
        for (RpmFile file : files) {
            TreePath path = file.path();
            if (file.type() == RpmFile.Type.DIRECTORY && lost.contains(path) && !left.containsKey(path)) {
                out.add(path);
            }
        }
        return out;
    }

    private static boolean isLeftOut(RpmFile file, RpmSpec spec) {
        if (spec.excludeDocs() && file.is(RpmFile.DOC)) {
            return true;
        }
        if (spec.languages().isEmpty() || file.languages().isEmpty()) {
            return false;
        }
        for (String language : file.languages().split("\\|", -1)) {
            // A file for "pt" is for someone who wants "pt_BR", not the other way round.
            if (!language.isEmpty() && spec.languages().stream().anyMatch(wanted -> wanted.startsWith(language))) {
                return false;
            }
        }
        return true;
    }
}
