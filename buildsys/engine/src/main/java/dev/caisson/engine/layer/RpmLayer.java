package dev.caisson.engine.layer;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.engine.root.PackageLayer;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.TreePath;
import dev.caisson.filetree.Xattrs;
import dev.caisson.manifest.RpmSpec;
import dev.caisson.rpm.FileCapabilities;
import dev.caisson.rpm.PayloadCheck;
import dev.caisson.rpm.PayloadVisitor;
import dev.caisson.rpm.RpmFile;
import dev.caisson.rpm.RpmLimits;
import dev.caisson.rpm.RpmPackage;
import dev.caisson.rpm.RpmRecord;
import dev.caisson.rpm.RpmScriptlet;
import dev.caisson.rpm.RpmText;
import dev.caisson.rpm.RpmTrigger;
import dev.caisson.rpm.ScriptletKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An RPM package as a layer. Of its scriptlets those count that an installation would run, and triggers on installation; ghosts
 * are not files yet and stay out.
 */
final class RpmLayer {
    private static final byte[] MAGIC = {(byte) 0xed, (byte) 0xab, (byte) 0xee, (byte) 0xdb};
    private static final List<ScriptletKind> INSTALLING =
            List.of(ScriptletKind.PRETRANS, ScriptletKind.PRE, ScriptletKind.POST, ScriptletKind.POSTTRANS);
    private static final Map<RpmText, String> INVENTORY_FIELDS = Map.of(
            RpmText.SOURCE_RPM, "Source",
            RpmText.GROUP, "Section",
            RpmText.VENDOR, "Maintainer",
            RpmText.URL, "Homepage",
            RpmText.SUMMARY, "Description",
            RpmText.LICENSE, "License");
    private static final String ROOT = "root";

    private RpmLayer() {}

    /** Whether a file begins as an RPM package does. */
    static boolean isRpm(ByteSource source) throws IOException {
        return source.size() >= MAGIC.length && java.util.Arrays.equals(source.read(0, MAGIC.length), MAGIC);
    }

    static PackageLayer read(ByteSource source, LayerContents contents, RpmSpec spec) throws IOException {
        RpmPackage rpm = RpmPackage.open(source, RpmLimits.DEFAULT);
        if (rpm.isSource()) {
            throw new UnsupportedFeatureException(
                    rpm.called(), FormatException.NO_OFFSET, "is a source package", "a binary package");
        }
        if (!rpm.unknownFeatures().isEmpty()) {
            throw new UnsupportedFeatureException(
                    rpm.called(),
                    FormatException.NO_OFFSET,
                    "needs " + String.join(", ", rpm.unknownFeatures()) + " of the program that installs it",
                    "features of rpm 6 and older");
        }
        Visitor visitor = new Visitor(contents, rpm.files(), RpmFileFilter.leftOut(rpm.files(), spec));
        rpm.readPayload(visitor, PayloadCheck.DIGESTS);
        Map<String, String> fields = new TreeMap<>();
        INVENTORY_FIELDS.forEach((text, name) -> {
            String value = rpm.text(text).lines().findFirst().orElse("");
            if (!value.isEmpty()) {
                fields.put(name, value);
            }
        });
        return new PackageLayer(
                rpm.name(),
                rpm.evr(),
                rpm.architecture(),
                fields,
                Set.of(),
                scripts(rpm),
                visitor.finish(),
                // A package of rpm 3 has none, and none of its files conflicts with another's by colour.
                rpm.header().hasRegion() ? Optional.of(RpmRecord.of(rpm).toBytes()) : Optional.empty());
    }

    private static SortedMap<String, byte[]> scripts(RpmPackage rpm) {
        Map<String, ByteArrayOutputStream> scripts = new TreeMap<>();
        for (ScriptletKind kind : INSTALLING) {
            RpmScriptlet scriptlet = rpm.scriptlets().get(kind);
            if (scriptlet != null) {
                append(scripts, kind.label(), scriptlet);
            }
        }
        for (RpmTrigger trigger : rpm.triggers()) {
            if (trigger.moment() == RpmTrigger.Moment.IN || trigger.moment() == RpmTrigger.Moment.PREIN) {
                append(scripts, trigger.label(), trigger.scriptlet());
            }
        }
        TreeMap<String, byte[]> all = new TreeMap<>();
        scripts.forEach((name, text) -> all.put(name, text.toByteArray()));
        return all;
    }

    /** The interpreter stands in the first line, as in a script that is a file. */
    private static void append(Map<String, ByteArrayOutputStream> scripts, String name, RpmScriptlet scriptlet) {
        ByteArrayOutputStream out = scripts.computeIfAbsent(name, n -> new ByteArrayOutputStream());
        String text = "#!" + String.join(" ", scriptlet.interpreter()) + "\n"
                + scriptlet.body().stripTrailing() + "\n";
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Passes the files on, with numbers for root and names for all others. */
    private static final class Visitor implements PayloadVisitor {
        private final LayerContents contents;
        private final Set<TreePath> leftOut;
        private final Map<TreePath, PackageLayer.Owner> owners = new HashMap<>();
        /** Of hard links of which some may be left out: the first that is not. */
        private final Map<Integer, RpmFile> firstKept = new HashMap<>();

        Visitor(LayerContents contents, List<RpmFile> files, Set<TreePath> leftOut) {
            this.contents = contents;
            this.leftOut = leftOut;
            for (RpmFile file : files) {
                if (file.isHardLinked() && !leftOut.isEmpty() && !leftOut.contains(file.path())) {
                    firstKept.putIfAbsent(file.linkSet(), file);
                }
            }
        }

        private Attributes attributes(RpmFile file) throws IOException {
            if (!file.user().equals(ROOT) || !file.group().equals(ROOT)) {
                owners.put(file.path(), new PackageLayer.Owner(file.user(), file.group()));
            }
            Xattrs xattrs = Xattrs.NONE;
            if (!file.capabilities().isEmpty()) {
                xattrs = xattrs.with(
                        FileCapabilities.XATTR,
                        FileCapabilities.parse(file.capabilities()).toXattr());
            }
            return new Attributes(file.mode(), 0, 0, file.mtimeSeconds(), 0, xattrs);
        }

        @Override
        public void directory(RpmFile file) throws IOException {
            if (leftOut.contains(file.path())) {
                return;
            }
            contents.directory(file.path(), attributes(file));
        }

        @Override
        public void file(RpmFile file, InputStream content) throws IOException {
            RpmFile kept = kept(file);
            if (!leftOut.contains(kept.path())) {
                contents.file(kept.path(), attributes(kept), file.sizeBytes(), content);
            }
        }

        @Override
        public void hardLink(RpmFile file, RpmFile existing) throws IOException {
            RpmFile kept = kept(existing);
            if (leftOut.contains(file.path()) || kept.path().equals(file.path())) {
                return;
            }
            attributes(file);
            contents.hardLink(file.path(), kept.path());
        }

        /** The name that gets the content of a file: its own, or that of a hard link when its own is left out. */
        private RpmFile kept(RpmFile file) {
            return leftOut.contains(file.path()) ? firstKept.getOrDefault(file.linkSet(), file) : file;
        }

        @Override
        public void symlink(RpmFile file) throws IOException {
            if (leftOut.contains(file.path())) {
                return;
            }
            contents.symlink(file.path(), attributes(file), file.linkTarget());
        }

        @Override
        public void special(RpmFile file) throws IOException {
            if (leftOut.contains(file.path())) {
                return;
            }
            Attributes attributes = attributes(file);
            switch (file.type()) {
                case BLOCK_DEVICE ->
                    contents.device(file.path(), attributes, true, file.deviceMajor(), file.deviceMinor());
                case CHARACTER_DEVICE ->
                    contents.device(file.path(), attributes, false, file.deviceMajor(), file.deviceMinor());
                case FIFO -> contents.fifo(file.path(), attributes);
                case SOCKET -> contents.socket(file.path(), attributes);
                default ->
                    throw new UnsupportedFeatureException(
                            file.path().toString(), FormatException.NO_OFFSET, "is a " + file.type(), "a special file");
            }
        }

        List<PackageLayer.Entry> finish() throws IOException {
            List<PackageLayer.Entry> entries = new ArrayList<>();
            for (PackageLayer.Entry entry : contents.finish()) {
                entries.add(new PackageLayer.Entry(
                        entry.path(), entry.inode(), Optional.ofNullable(owners.get(entry.path()))));
            }
            return entries;
        }
    }
}
