package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.resolver.Candidate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One repository, read as far as it is needed: primary metadata at once; file lists, groups, advisories and changelogs when they
 * are asked for. Every file is checked against {@code repomd.xml}, whose own signature is the caller's to check before ({@link
 * RepomdFile#verify}). Immutable; may be used by several threads as far as its {@link RpmMdFiles} may.
 */
public final class RpmMdRepository {
    private final RpmMdSettings settings;
    private final RepomdFile repomd;
    private final RpmMdFiles files;
    private final RpmMdIndex index;
    private final Modules modules;

    private RpmMdRepository(
            RpmMdSettings settings, RepomdFile repomd, RpmMdFiles files, RpmMdIndex index, Modules modules) {
        this.settings = settings;
        this.repomd = repomd;
        this.files = files;
        this.index = index;
        this.modules = modules;
    }

    /**
     * Opens a repository by its {@code repomd.xml}.
     *
     * @param repomd the document, its signature checked or not wanted
     * @throws FormatException when the document, primary metadata or modules are malformed or not as described
     */
    public static RpmMdRepository open(RpmMdSettings settings, ByteSource repomd, RpmMdFiles files) throws IOException {
        return open(settings, RepomdFile.parse(repomd.readAll(RepomdFile.MAXIMUM_BYTES)), files);
    }

    /** As {@link #open(RpmMdSettings, ByteSource, RpmMdFiles)}, with the document already parsed. */
    public static RpmMdRepository open(RpmMdSettings settings, RepomdFile repomd, RpmMdFiles files) throws IOException {
        RepomdFile.Data primary = primary(repomd);
        return open(settings, repomd, files, MetadataFile.read(primary, files.open(primary), RpmMdIndex::parse));
    }

    /**
     * Opens a repository whose primary metadata are known already.
     *
     * @param index of the file {@link #primary}, from {@link RpmMdCache}
     */
    public static RpmMdRepository open(RpmMdSettings settings, RepomdFile repomd, RpmMdFiles files, RpmMdIndex index)
            throws IOException {
        RepomdFile.Data described = repomd.data().get("modules");
        Modules modules =
                described == null ? Modules.NONE : MetadataFile.read(described, files.open(described), Modules::parse);
        return new RpmMdRepository(settings, repomd, files, index, modules);
    }

    /**
     * A repository that is nothing but packages, such as a folder of package files.
     *
     * @param digest stands for the state of all packages together
     */
    public static RpmMdRepository of(RpmMdSettings settings, RpmMdIndex index, Digest digest) {
        RepomdFile none = new RepomdFile("", List.of(), Map.of(), digest);
        RpmMdFiles files = file -> {
            throw new IllegalStateException("no file " + file.location());
        };
        return new RpmMdRepository(settings, none, files, index, Modules.NONE);
    }

    /**
     * Which file holds the primary metadata.
     *
     * @throws CorruptDataException when there is none
     */
    public static RepomdFile.Data primary(RepomdFile repomd) throws CorruptDataException {
        return data(repomd, "primary")
                .orElseThrow(() -> new CorruptDataException(
                        "repomd.xml",
                        FormatException.NO_OFFSET,
                        "lists no primary metadata",
                        "a file of type primary"));
    }

    /** The file of a type, or its zchunk variant where there is nothing else. */
    private static Optional<RepomdFile.Data> data(RepomdFile repomd, String type) {
        RepomdFile.Data data = repomd.data().get(type);
        return Optional.ofNullable(data == null ? repomd.data().get(type + "_zck") : data);
    }

    /** How it is looked at. */
    public RpmMdSettings settings() {
        return settings;
    }

    /** The document that describes it. */
    public RepomdFile repomd() {
        return repomd;
    }

    /** All of its packages, whatever the filter says. */
    public RpmMdIndex packages() {
        return index;
    }

    /** Its modules. */
    public Modules modules() {
        return modules;
    }

    /** The package that a candidate of this repository stands for. */
    public Optional<RpmPackageMetadata> find(Candidate candidate) {
        return IntStream.of(index.find(candidate.name()))
                .filter(i -> index.evr(i).equals(candidate.version())
                        && index.text(i, RpmMdIndex.Text.ARCHITECTURE).equals(candidate.architecture()))
                .mapToObj(index::get)
                .findFirst();
    }

    /**
     * The packages as candidates, without those that the filter or the module streams leave out. Files are known as far as primary
     * metadata list them; {@link RpmMdPool} brings in the others.
     */
    public List<Candidate> candidates() {
        return candidates(admitted(modules.selection(settings.modules())), Map.of());
    }

    /** The packages that the filter and the streams leave. */
    BitSet admitted(Modules.Selection selection) {
        PackageFilter.Matcher filter = settings.filter().matcher();
        BitSet admitted = new BitSet();
        for (int i = 0; i < index.size(); i++) {
            if (filter.admits(index, i) && selection.admits(index, i)) {
                admitted.set(i);
            }
        }
        return admitted;
    }

    List<Candidate> candidates(BitSet admitted, Map<Integer, List<String>> moreFiles) {
        RpmMdCandidates candidates = new RpmMdCandidates(index, settings.name(), settings.priority());
        List<Candidate> list = new ArrayList<>(admitted.cardinality());
        for (int i = admitted.nextSetBit(0); i >= 0; i = admitted.nextSetBit(i + 1)) {
            list.add(candidates.candidate(i, moreFiles.getOrDefault(i, List.of())));
        }
        return list;
    }

    /**
     * Which packages own these paths although primary metadata do not say so: package numbers to paths. Reads the file lists.
     *
     * @throws FormatException when the file lists are malformed or not as described
     */
    Map<Integer, List<String>> owners(Collection<String> paths) throws IOException {
        Optional<RepomdFile.Data> data = data(repomd, "filelists");
        if (paths.isEmpty() || data.isEmpty()) {
            return Map.of();
        }
        Map<String, Integer> byId = new HashMap<>(index.size() * 2);
        for (int i = 0; i < index.size(); i++) {
            byId.put(index.checksum(i).hex(), i);
        }
        Set<String> wanted = new LinkedHashSet<>(paths);
        Map<Integer, List<String>> owners = new HashMap<>();
        MetadataFile.read(data.get(), files.open(data.get()), in -> {
            FilelistsReader.read(in, (id, file) -> {
                Integer owner = wanted.contains(file.path()) ? byId.get(id) : null;
                if (owner != null) {
                    owners.computeIfAbsent(owner, o -> new ArrayList<>()).add(file.path());
                }
            });
            return null;
        });
        return owners;
    }

    /**
     * The groups; empty where the repository has none.
     *
     * @throws FormatException when they are malformed or not as described
     */
    public Comps comps() throws IOException {
        Optional<RepomdFile.Data> data = data(repomd, "group");
        if (data.isEmpty()) {
            data = data(repomd, "group_gz");
        }
        return data.isEmpty() ? Comps.NONE : MetadataFile.read(data.get(), files.open(data.get()), Comps::parse);
    }

    /**
     * The advisories; empty where the repository has none.
     *
     * @throws FormatException when they are malformed or not as described
     */
    public List<Advisory> advisories() throws IOException {
        Optional<RepomdFile.Data> data = data(repomd, "updateinfo");
        return data.isEmpty()
                ? List.of()
                : MetadataFile.read(data.get(), files.open(data.get()), UpdateinfoReader::parse);
    }

    /**
     * Complete packages, as {@link RpmMdWriter} takes them: with descriptions, all files and changelogs, where the repository has them.
     *
     * @throws FormatException when a file is malformed or not as described
     */
    public List<RpmPackageMetadata> complete() throws IOException {
        Map<String, List<RpmFile>> fileLists = new HashMap<>();
        Map<String, List<RpmChangelog>> changelogs = new HashMap<>();
        Optional<RepomdFile.Data> lists = data(repomd, "filelists");
        if (lists.isPresent()) {
            MetadataFile.read(lists.get(), files.open(lists.get()), in -> {
                FilelistsReader.read(
                        in,
                        (id, file) -> fileLists
                                .computeIfAbsent(id, k -> new ArrayList<>())
                                .add(file));
                return null;
            });
        }
        Optional<RepomdFile.Data> other = data(repomd, "other");
        if (other.isPresent()) {
            MetadataFile.read(other.get(), files.open(other.get()), in -> {
                OtherReader.read(
                        in,
                        (id, entry) -> changelogs
                                .computeIfAbsent(id, k -> new ArrayList<>())
                                .add(entry));
                return null;
            });
        }
        List<RpmPackageMetadata> packages = new ArrayList<>();
        if (repomd.data().isEmpty()) {
            IntStream.range(0, index.size()).mapToObj(index::get).forEach(packages::add);
            return packages;
        }
        RepomdFile.Data primary = primary(repomd);
        MetadataFile.read(primary, files.open(primary), in -> {
            PrimaryReader.read(in, true, p -> {
                String id = p.checksum().hex();
                packages.add(p.withFiles(fileLists.getOrDefault(id, p.files()))
                        .withChangelogs(changelogs.getOrDefault(id, List.of())));
            });
            return null;
        });
        return packages;
    }
}
