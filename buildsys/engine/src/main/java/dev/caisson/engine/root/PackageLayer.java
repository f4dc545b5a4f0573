package dev.caisson.engine.root;

import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * One package as the image sees it: its files, in archive order, and what its scripts say. File contents are in the store,
 * already encoded for the file system.
 *
 * @param name package name
 * @param version full version
 * @param architecture the package's own architecture name
 * @param fields control fields that the image's inventory shows, by name
 * @param replaces names of packages whose files this one may overwrite
 * @param scripts maintainer scripts by name ({@code preinst}, {@code postinst} …), scriptlets by section ({@code pre}, {@code post} …)
 * @param entries paths and inodes; hard links share the inode
 * @param rpmRecord of RPM packages, what a database keeps of them ({@link dev.caisson.rpm.RpmRecord#toBytes})
 */
public record PackageLayer(
        String name,
        String version,
        String architecture,
        Map<String, String> fields,
        Set<String> replaces,
        SortedMap<String, byte[]> scripts,
        List<Entry> entries,
        Optional<byte[]> rpmRecord) {
    /** A layer of a package that is none of RPM's. */
    public PackageLayer(
            String name,
            String version,
            String architecture,
            Map<String, String> fields,
            Set<String> replaces,
            SortedMap<String, byte[]> scripts,
            List<Entry> entries) {
        this(name, version, architecture, fields, replaces, scripts, entries, Optional.empty());
    }

    /**
     * A path as the package ships it, with its inode.
     *
     * @param owner who owns it, where the package says so by names
     */
    public record Entry(TreePath path, Inode inode, Optional<Owner> owner) {
        /** An entry whose inode has the right numbers. */
        public Entry(TreePath path, Inode inode) {
            this(path, inode, Optional.empty());
        }
    }

    /** Names whose numbers the image's own accounts decide. RPM packages have them; root is never one. */
    public record Owner(String user, String group) {}

    /** {@code name version}, for messages. */
    @Override
    public String toString() {
        return name + " " + version;
    }
}
