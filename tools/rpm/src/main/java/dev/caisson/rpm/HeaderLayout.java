package dev.caisson.rpm;

import dev.caisson.bytes.Digest;
import dev.caisson.compression.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The header of a package that is being written. */
final class HeaderLayout {
    private static final long MAX_32 = 0xffffffffL;

    private final RpmRequest request;
    private final List<PlannedFile> files;
    private final Map<DependencyKind, List<RpmDependency>> dependencies;
    private final RpmOptions options;
    private final PayloadWriter.Result payload;
    private final HeaderBuilder out = new HeaderBuilder();

    HeaderLayout(
            RpmRequest request,
            List<PlannedFile> files,
            Map<DependencyKind, List<RpmDependency>> dependencies,
            RpmOptions options,
            PayloadWriter.Result payload) {
        this.request = request;
        this.files = files;
        this.dependencies = dependencies;
        this.options = options;
        this.payload = payload;
    }

    byte[] build() {
        identity();
        texts();
        if (!files.isEmpty()) {
            paths();
            files();
        }
        relations();
        scriptlets();
        triggers();
        payload();
        return out.build(RpmTag.HEADER_IMMUTABLE);
    }

    private void identity() {
        out.strings(RpmTag.HEADER_I18NTABLE, List.of("C"))
                .string(RpmTag.NAME, request.name())
                .string(RpmTag.VERSION, request.version())
                .string(RpmTag.RELEASE, request.release())
                .string(RpmTag.ARCH, request.architecture())
                .int32s(RpmTag.BUILDTIME, request.buildTimeSeconds());
        request.epoch().ifPresent(epoch -> out.int32s(RpmTag.EPOCH, epoch));
        long size = files.stream()
                .filter(file -> file.request().type() != RpmFile.Type.DIRECTORY)
                .filter(file -> file.bearsContent() && !file.request().isGhost())
                .mapToLong(PlannedFile::sizeBytes)
                .sum();
        if (size > MAX_32) {
            out.int64s(RpmTag.LONGSIZE, size);
        } else {
            out.int32s(RpmTag.SIZE, size);
        }
    }

    private void texts() {
        Map<RpmText, String> texts = new LinkedHashMap<>(request.texts());
        texts.putIfAbsent(RpmText.OS, "linux");
        texts.putIfAbsent(RpmText.ENCODING, "utf-8");
        texts.putIfAbsent(RpmText.GROUP, "Unspecified");
        texts.putIfAbsent(RpmText.SUMMARY, request.name());
        texts.putIfAbsent(RpmText.DESCRIPTION, texts.get(RpmText.SUMMARY));
        // Without it rpm takes a package for one of sources.
        texts.putIfAbsent(
                RpmText.SOURCE_RPM, request.name() + "-" + request.version() + "-" + request.release() + ".src.rpm");
        texts.remove(RpmText.PAYLOAD_FLAGS);
        texts.forEach((what, text) -> {
            if (what == RpmText.SUMMARY || what == RpmText.DESCRIPTION || what == RpmText.GROUP) {
                out.international(what.tag(), text);
            } else {
                out.string(what.tag(), text);
            }
        });
    }

    private void paths() {
        List<byte[]> names = new ArrayList<>();
        Map<String, Integer> folders = new LinkedHashMap<>();
        List<byte[]> folderBytes = new ArrayList<>();
        long[] indexes = new long[files.size()];
        for (int i = 0; i < indexes.length; i++) {
            byte[] path = files.get(i).request().path().bytes();
            int cut = path.length;
            while (path[cut - 1] != '/') {
                cut--;
            }
            byte[] folder = Arrays.copyOf(path, cut);
            names.add(Arrays.copyOfRange(path, cut, path.length));
            String key = new String(folder, java.nio.charset.StandardCharsets.ISO_8859_1);
            if (folders.putIfAbsent(key, folders.size()) == null) {
                folderBytes.add(folder);
            }
            indexes[i] = folders.get(key);
        }
        out.byteStrings(RpmTag.BASENAMES, names)
                .byteStrings(RpmTag.DIRNAMES, folderBytes)
                .int32s(RpmTag.DIRINDEXES, indexes);
    }

    private long[] numbers(ToLongFunction<PlannedFile> value) {
        return files.stream().mapToLong(value).toArray();
    }

    private void files() {
        if (files.stream().anyMatch(file -> file.sizeBytes() > MAX_32)) {
            out.int64s(RpmTag.LONGFILESIZES, numbers(PlannedFile::sizeBytes));
        } else {
            out.int32s(RpmTag.FILESIZES, numbers(PlannedFile::sizeBytes));
        }
        out.int16s(RpmTag.FILEMODES, numbers(PlannedFile::mode))
                .int16s(RpmTag.FILERDEVS, numbers(HeaderLayout::rdev))
                .int32s(RpmTag.FILEMTIMES, numbers(file -> file.request().mtimeSeconds()))
                .strings(
                        RpmTag.FILEDIGESTS,
                        payload.files().stream()
                                .map(digest -> digest.map(Digest::hex).orElse(""))
                                .toList())
                .byteStrings(
                        RpmTag.FILELINKTOS,
                        files.stream().map(file -> file.request().linkTarget()).toList())
                .int32s(RpmTag.FILEFLAGS, numbers(file -> file.request().flags() & MAX_32))
                .strings(
                        RpmTag.FILEUSERNAME,
                        files.stream().map(file -> file.request().user()).toList())
                .strings(
                        RpmTag.FILEGROUPNAME,
                        files.stream().map(file -> file.request().group()).toList())
                .int32s(RpmTag.FILEVERIFYFLAGS, numbers(file -> file.request().verifyFlags()))
                .int32s(RpmTag.FILEDEVICES, numbers(file -> 1))
                .int32s(RpmTag.FILEINODES, numbers(PlannedFile::inode))
                .strings(
                        RpmTag.FILELANGS,
                        files.stream().map(file -> file.request().languages()).toList())
                .int32s(RpmTag.FILECOLORS, numbers(file -> file.request().color()))
                .int32s(RpmTag.FILEDIGESTALGO, FileDigestAlgorithms.SHA256);
        if (files.stream().anyMatch(file -> !file.request().capabilities().isEmpty())) {
            out.strings(
                    RpmTag.FILECAPS,
                    files.stream().map(file -> file.request().capabilities()).toList());
        }
    }

    private static long rdev(PlannedFile file) {
        return (long) file.request().deviceMajor() << 8 | file.request().deviceMinor();
    }

    private void relations() {
        dependencies.forEach((kind, list) -> {
            out.strings(kind.nameTag(), list.stream().map(RpmDependency::name).toList())
                    .int32s(
                            kind.flagsTag(),
                            list.stream().mapToLong(RpmDependency::flags).toArray())
                    .strings(
                            kind.versionTag(),
                            list.stream().map(RpmDependency::version).toList());
        });
    }

    private void scriptlets() {
        request.scriptlets().forEach((kind, scriptlet) -> {
            if (!scriptlet.body().isEmpty()) {
                out.string(kind.bodyTag(), scriptlet.body());
            }
            if (scriptlet.interpreter().size() == 1) {
                out.string(kind.interpreterTag(), scriptlet.interpreter().get(0));
            } else {
                out.strings(kind.interpreterTag(), scriptlet.interpreter());
            }
            if (scriptlet.flags() != 0) {
                out.int32s(kind.flagsTag(), scriptlet.flags());
            }
        });
    }

    private void triggers() {
        for (ScriptletTable.TriggerTags tags : ScriptletTable.TRIGGERS) {
            List<RpmTrigger> triggers = request.triggers().stream()
                    .filter(trigger -> trigger.scope() == tags.scope())
                    .toList();
            List<RpmDependency> conditions = new ArrayList<>();
            List<Long> indexes = new ArrayList<>();
            for (int i = 0; i < triggers.size(); i++) {
                for (RpmDependency condition : triggers.get(i).conditions()) {
                    long flags = condition.flags() | triggers.get(i).moment().flag();
                    conditions.add(new RpmDependency(condition.name(), flags, condition.version()));
                    indexes.add((long) i);
                }
            }
            out.strings(
                            tags.scripts(),
                            triggers.stream().map(t -> t.scriptlet().body()).toList())
                    .strings(
                            tags.interpreters(),
                            triggers.stream()
                                    .map(t -> t.scriptlet().interpreter().get(0))
                                    .toList())
                    .int32s(
                            tags.scriptFlags(),
                            triggers.stream()
                                    .mapToLong(t -> t.scriptlet().flags())
                                    .toArray())
                    .strings(
                            tags.names(),
                            conditions.stream().map(RpmDependency::name).toList())
                    .strings(
                            tags.versions(),
                            conditions.stream().map(RpmDependency::version).toList())
                    .int32s(
                            tags.flags(),
                            conditions.stream().mapToLong(RpmDependency::flags).toArray())
                    .int32s(
                            tags.indexes(),
                            indexes.stream().mapToLong(Long::longValue).toArray());
            if (tags.priorities() != 0) {
                out.int32s(
                        tags.priorities(),
                        triggers.stream().mapToLong(RpmTrigger::priority).toArray());
            }
        }
    }

    private void payload() {
        out.string(RpmTag.PAYLOADFORMAT, "cpio")
                .strings(RpmTag.PAYLOADSHA256, List.of(payload.stored().hex()))
                .int32s(RpmTag.PAYLOADSHA256ALGO, FileDigestAlgorithms.SHA256)
                .strings(RpmTag.PAYLOADSHA256ALT, List.of(payload.archive().hex()));
        if (options.payload() != Codec.NONE) {
            out.string(RpmTag.PAYLOADCOMPRESSOR, options.payload().codecName())
                    .string(RpmTag.PAYLOADFLAGS, Integer.toString(options.level()));
        }
    }
}
