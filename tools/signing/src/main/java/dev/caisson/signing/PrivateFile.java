package dev.caisson.signing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Files that only their owner may read. */
public final class PrivateFile {
    private PrivateFile() {}

    /**
     * Creates a file with mode 0600, or an access list of one entry where the file system has those. The restriction is there
     * before the first byte is. On a file system that has neither, the file has the folder's protection only.
     *
     * @throws java.nio.file.FileAlreadyExistsException when the file exists: a key is never overwritten
     */
    public static void create(Path file, byte[] content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Set<String> views = file.getFileSystem().supportedFileAttributeViews();
        FileAttribute<?>[] attributes = {};
        if (views.contains("posix") && Files.getFileStore(folder).supportsFileAttributeView("posix")) {
            attributes = new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            };
        } else if (views.contains("acl") && Files.getFileStore(folder).supportsFileAttributeView("acl")) {
            attributes = new FileAttribute<?>[] {ownerOnly(Files.getOwner(folder))};
        }
        Set<StandardOpenOption> options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (SeekableByteChannel channel = Files.newByteChannel(file, options, attributes)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }
    }

    private static FileAttribute<List<AclEntry>> ownerOnly(UserPrincipal owner) {
        List<AclEntry> entries = List.of(AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(owner)
                .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                .build());
        return new FileAttribute<>() {
            @Override
            public String name() {
                return "acl:acl";
            }

            @Override
            public List<AclEntry> value() {
                return entries;
            }
        };
    }
}
