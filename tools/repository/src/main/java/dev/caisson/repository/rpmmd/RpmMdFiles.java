package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.ByteSource;
import java.io.IOException;

/** Where a repository's files come from: a folder, a cache, the network. Asked only for what is needed, when it is needed. */
public interface RpmMdFiles {
    /**
     * The file as it lies in the repository. What comes back is verified by whoever asked.
     *
     * @param file by {@link RepomdFile.Data#location()}, under {@link RepomdFile.Data#base()} where that is not empty
     * @throws IOException when it cannot be had
     */
    ByteSource open(RepomdFile.Data file) throws IOException;
}
