package dev.caisson.engine.root;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.filetree.FileTree;
import dev.caisson.fixture.Oracle;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code systemctl --root} as judge of the links that presets, enabling, disabling and masking make. */
@Tag("oracle")
class UnitsOracleTest {
    private static final String FOLDER = "/usr/lib/systemd/system/";

    @TempDir
    Path root;

    private static FileTree tree() {
        Map<String, String> units = new LinkedHashMap<>();
        units.put("plain.service", "WantedBy=multi-user.target");
        units.put(
                "several.service",
                "WantedBy=multi-user.target graphical.target\nWantedBy=extra.target\nRequiredBy=a.target");
        units.put("aliased.service", "WantedBy=multi-user.target\nAlias=other-name.service third.service");
        units.put("also.service", "WantedBy=multi-user.target\nAlso=plain.socket also2.service");
        units.put("also2.service", "WantedBy=also2.target");
        units.put("plain.socket", "WantedBy=sockets.target");
        units.put("off.service", "WantedBy=multi-user.target");
        units.put("ignored.service", "WantedBy=multi-user.target");
        units.put("masked.service", "WantedBy=multi-user.target");
        units.put("getty@.service", "WantedBy=getty.target\nDefaultInstance=tty1");
        units.put("bare@.service", "WantedBy=multi-user.target");
        units.put("inst@.service", "WantedBy=multi-user.target");
        units.put("spec@.service", "WantedBy=%i.target\nDefaultInstance=dflt");
        units.put("dev\\x2dname.service", "WantedBy=dev-disk-by\\x2dlabel-x.device");
        units.put("reset.service", "WantedBy=gone.target\nWantedBy=\nWantedBy=kept.target");
        units.put("dropin.service", "WantedBy=multi-user.target");
        units.put("static.service", "");
        units.put("onlyalso.service", "Also=also2.service");
        units.put("wanted-off.service", "WantedBy=multi-user.target");
        units.put("class-b.service", "WantedBy=b.target");
        FileTree.Builder builder = Trees.empty();
        units.forEach((name, install) -> builder.file(
                FOLDER + name,
                Trees.FILE,
                Trees.utf8("[Unit]\nDescription=x\n[Service]\nExecStart=/bin/true\n"
                        + (install.isEmpty() ? "" : "[Install]\n" + install + "\n"))));
        builder.file(FOLDER + "dropin.service.d/x.conf", Trees.FILE, Trees.utf8("[Install]\nWantedBy=more.target\n"));
        builder.symlink(FOLDER + "alias-link.service", "plain.service", 5);
        builder.symlink(FOLDER + "default.target", "multi-user.target", 5);
        for (String target : List.of("multi-user", "graphical", "sockets")) {
            builder.file(FOLDER + target + ".target", Trees.FILE, Trees.utf8("[Unit]\nDescription=x\n"));
        }
        builder.symlink("/etc/systemd/system/masked.service", "/dev/null", 5);
        builder.symlink("/etc/systemd/system/multi-user.target.wants/off.service", FOLDER + "off.service", 5);
        builder.symlink("/etc/systemd/system/multi-user.target.wants/ignored.service", FOLDER + "ignored.service", 5);
        builder.file("/usr/lib/systemd/system-preset/90-x.preset", Trees.FILE, Trees.utf8("""
                        # comment
                        enable inst@.service one two
                        disable off.service
                        disable class-[b-d].service
                        ignore ignored.service
                        disable dev*
                        """));
        builder.file(
                "/etc/systemd/system-preset/10-first.preset",
                Trees.FILE,
                Trees.utf8("; comment\nenable dev\\x2dname.service\ndisable wanted-o?f.service\n"));
        return builder.build();
    }

    private static FileTree transformed(List<String> enable, List<String> disable, List<String> mask) throws Exception {
        return new UnitsTransform(enable, disable, mask, Optional.empty(), 5).apply(tree());
    }

    /** What a link leads to; systemctl writes the whole path, and so do we. */
    private Map<String, String> theirs() throws Exception {
        return new TreeMap<>(Trees.links(root, root.resolve("etc/systemd/system")));
    }

    @Test
    void preset_all() throws Exception {
        Oracle.require("systemctl", "systemd");
        Trees.write(tree(), root);
        Oracle.run(root, "systemctl", "--root=" + root, "preset-all");
        FileTree ours = transformed(List.of(), List.of(), List.of());
        assertThat(Trees.links(ours, "/etc/systemd/system")).isEqualTo(theirs());
    }

    @Test
    void enable_disable_mask() throws Exception {
        Oracle.require("systemctl", "systemd");
        Trees.write(tree(), root);
        String option = "--root=" + root;
        Oracle.run(root, "systemctl", option, "preset-all");
        Oracle.run(root, "systemctl", option, "enable", "off.service", "getty@ttyS0.service", "spec@x.service");
        Oracle.run(root, "systemctl", option, "disable", "several.service", "aliased.service", "inst@one.service");
        Oracle.run(root, "systemctl", option, "mask", "static.service");
        FileTree ours = transformed(
                List.of("off.service", "getty@ttyS0.service", "spec@x.service"),
                List.of("several.service", "aliased.service", "inst@one.service"),
                List.of("static.service"));
        assertThat(Trees.links(ours, "/etc/systemd/system")).isEqualTo(theirs());
    }
}
