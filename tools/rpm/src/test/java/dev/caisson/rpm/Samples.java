package dev.caisson.rpm;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.compression.Codec;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Packages to write and read. */
final class Samples {
    static final long TIME = 1_700_000_000;

    private Samples() {}

    static ByteSource text(String text) {
        return ByteSource.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static TreePath path(String path) {
        return TreePath.of(path);
    }

    /** One of everything. */
    static RpmRequest.Builder full() {
        RpmFileRequest linked = RpmFileRequest.regular(path("/opt/sample/b"), 0644, TIME, text("linked\n"));
        return RpmRequest.builder("sample", "1.2~rc1", "3.fc40", "x86_64")
                .epoch(2)
                .buildTime(TIME)
                .text(RpmText.SUMMARY, "A sample")
                .text(RpmText.DESCRIPTION, "Two\nlines: äöü.")
                .text(RpmText.LICENSE, "MIT")
                .text(RpmText.URL, "https://example.org/")
                .text(RpmText.VENDOR, "Example")
                .file(RpmFileRequest.directory(path("/opt/sample"), 0755, TIME))
                .file(linked)
                .file(RpmFileRequest.hardLink(path("/opt/sample/a"), linked))
                .file(RpmFileRequest.hardLink(path("/opt/sample/z"), linked))
                .file(RpmFileRequest.regular(path("/usr/bin/sample"), 04755, TIME, text("#!/bin/sh\n")))
                .file(RpmFileRequest.regular(path("/usr/bin/capable"), 0755, TIME + 5, text("caps\n"))
                        .withOwner("daemon", "mail")
                        .withCapabilities("cap_net_raw,cap_net_admin=ep"))
                .file(RpmFileRequest.regular(path("/etc/sample.conf"), 0640, TIME, text("a=b\n"))
                        .withFlags(RpmFile.CONFIG | RpmFile.NO_REPLACE))
                .file(RpmFileRequest.regular(path("/etc/sample.ghost"), 0644, TIME, ByteSource.of(new byte[0]))
                        .withFlags(RpmFile.GHOST))
                .file(RpmFileRequest.regular(path("/usr/share/doc/sample/README"), 0644, TIME, text("read\n"))
                        .withFlags(RpmFile.DOC)
                        .with("de|en", 0))
                .file(RpmFileRequest.symlink(
                        path("/opt/sample/link"), TIME, "../../usr/bin/sample".getBytes(StandardCharsets.US_ASCII)))
                .file(RpmFileRequest.device(path("/opt/sample/disk"), true, 0600, TIME, 8, 17))
                .file(RpmFileRequest.device(path("/opt/sample/null"), false, 0666, TIME, 1, 3))
                .file(RpmFileRequest.fifo(path("/opt/sample/fifo"), 0644, TIME))
                .file(RpmFileRequest.regular(path("/opt/sample/empty"), 0644, TIME, ByteSource.of(new byte[0])))
                .file(RpmFileRequest.regular(path("/opt/sample/zeros"), 0644, TIME, ByteSource.zeros(300_000)))
                .file(RpmFileRequest.regular(path("/opt/sample-x/näme"), 0644, TIME, text("x")))
                .dependency(DependencyKind.PROVIDES, new RpmDependency("virtual", RpmDependency.EQUAL, "1"))
                .dependency(DependencyKind.REQUIRES, new RpmDependency("(a if b)", 0, ""))
                .dependency(
                        DependencyKind.REQUIRES,
                        new RpmDependency("base", RpmDependency.GREATER | RpmDependency.EQUAL, "2"))
                .dependency(DependencyKind.CONFLICTS, new RpmDependency("enemy", RpmDependency.LESS, "5"))
                .dependency(DependencyKind.OBSOLETES, new RpmDependency("old", 0, ""))
                .dependency(DependencyKind.RECOMMENDS, new RpmDependency("rec", 0, ""))
                .dependency(DependencyKind.SUGGESTS, new RpmDependency("sug", 0, ""))
                .dependency(DependencyKind.SUPPLEMENTS, new RpmDependency("sup", 0, ""))
                .dependency(DependencyKind.ENHANCES, new RpmDependency("enh", 0, ""))
                .scriptlet(ScriptletKind.POST, RpmScriptlet.shell("echo post >> /tmp/sample.log\n"))
                .scriptlet(ScriptletKind.POSTUN, new RpmScriptlet(List.of("/sbin/ldconfig"), "", 0))
                .scriptlet(ScriptletKind.PREUN, new RpmScriptlet(List.of("/bin/sh", "-e"), "true", 0))
                .scriptlet(ScriptletKind.PRE, new RpmScriptlet(List.of("<lua>"), "print(1)", RpmScriptlet.EXPAND))
                .trigger(new RpmTrigger(
                        RpmTrigger.Scope.PACKAGE,
                        RpmTrigger.Moment.IN,
                        List.of(new RpmDependency("bar", RpmDependency.GREATER, "2"), new RpmDependency("foo", 0, "")),
                        RpmScriptlet.shell("echo trigger"),
                        0))
                .trigger(new RpmTrigger(
                        RpmTrigger.Scope.TRANSACTION_FILE,
                        RpmTrigger.Moment.POSTUN,
                        List.of(new RpmDependency("/usr/lib", 0, "")),
                        RpmScriptlet.shell("cat"),
                        500));
    }

    /** A package of two small files. */
    static RpmRequest small() {
        return RpmRequest.builder("small", "1", "1", "noarch")
                .buildTime(TIME)
                .text(RpmText.LICENSE, "MIT")
                .file(RpmFileRequest.regular(path("/usr/share/small/a"), 0644, TIME, text("aaa\n")))
                .file(RpmFileRequest.regular(path("/usr/share/small/b"), 0600, TIME, text("bbb\n")))
                .build();
    }

    static RpmOptions options(Codec codec) {
        return new RpmOptions(codec, 6, 64 << 20);
    }

    static byte[] bytes(RpmPlan plan) throws IOException {
        ArraySink sink = new ArraySink();
        plan.writeTo(sink);
        return sink.toByteArray();
    }

    static byte[] write(RpmRequest request, Codec codec) throws IOException {
        return bytes(RpmPlanner.plan(request, options(codec)));
    }
}
