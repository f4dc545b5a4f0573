package dev.caisson.publish.aws.stub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the stub's account holds. Guarded by the stub. */
public final class Cloud {
    /** How often a thing is looked at before it leaves "pending". */
    public int pendingLooks = 1;

    /** How often a thing is looked for in vain after it was made. */
    public int unseenLooks;

    /** How many of the next copies end as failed. */
    public int failingCopies;

    /** Whether the account encrypts everything. */
    public boolean publicImagesBlocked;

    /** What no request may cause. */
    public final List<String> violations = new ArrayList<>();

    private final Map<String, Region> regions = new LinkedHashMap<>();
    private int ids;

    /** One region. */
    public static final class Region {
        public final Map<String, Snapshot> snapshots = new LinkedHashMap<>();
        public final Map<String, Image> images = new LinkedHashMap<>();
        public final Map<String, String> parameters = new TreeMap<>();
        public final Map<String, String> keys = new TreeMap<>();
        final Map<String, String> tokens = new LinkedHashMap<>();
        final Map<String, String> tokenRequests = new LinkedHashMap<>();
    }

    /** A snapshot; deleted ones are kept, for their tokens. */
    public static final class Snapshot {
        public String id = "";
        public String state = "pending";
        public int gib;
        public boolean sealed;
        public boolean deleted;
        public String parent = "";
        public String key = "";
        public final Map<String, String> tags = new LinkedHashMap<>();
        /** Digest by index; of blocks that were written here. */
        public final TreeMap<Integer, String> written = new TreeMap<>();
        /** What a volume would hold: the parent's blocks and these. */
        public final TreeMap<Integer, String> content = new TreeMap<>();

        public final Set<String> grants = new LinkedHashSet<>();
        int looks;
        int unseen;
    }

    /** An image. */
    public static final class Image {
        public String id = "";
        public String name = "";
        public String state = "pending";
        public final Map<String, String> attributes = new LinkedHashMap<>();
        public final List<Map<String, String>> devices = new ArrayList<>();
        public final Map<String, String> tags = new LinkedHashMap<>();
        public final Set<String> grants = new LinkedHashSet<>();
        public String deprecation = "";
        boolean fails;
        int looks;
        int unseen;
    }

    Region region(String name) {
        return regions.computeIfAbsent(name, key -> new Region());
    }

    /** A region's content, for tests. */
    public Region in(String name) {
        return region(name);
    }

    /** Snapshots that are there, of all regions. */
    public List<Snapshot> snapshots() {
        return regions.values().stream()
                .flatMap(region -> region.snapshots.values().stream())
                .filter(snapshot -> !snapshot.deleted)
                .toList();
    }

    /** All images. */
    public List<Image> images() {
        return regions.values().stream()
                .flatMap(region -> region.images.values().stream())
                .toList();
    }

    /** All parameters of all regions. */
    public int parameters() {
        return regions.values().stream()
                .mapToInt(region -> region.parameters.size())
                .sum();
    }

    /** Forgets everything that was made. */
    public void clear() {
        regions.clear();
    }

    String id(String prefix) {
        ids++;
        return String.format(java.util.Locale.ROOT, "%s-%017x", prefix, ids);
    }
}
