package dev.caisson.engine.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyProfilesTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    @TempDir
    Path folder;

    private static Path generate(KeyProfiles profiles, String name) throws Exception {
        return profiles.generate(name, NOW, new SecureRandom());
    }

    @Test
    void generate_besideTheVariantsForAllOfThem() throws Exception {
        Path variant = Files.createDirectories(folder.resolve("project/variants/one"));
        Path profile = generate(new KeyProfiles(variant, Optional.empty()), "dev");
        assertThat(profile).isEqualTo(folder.resolve("project/.caisson/keys/dev"));
        assertThat(folder.resolve("project/.caisson/.gitignore")).hasContent("*");
        Path other = Files.createDirectories(folder.resolve("project/variants/two"));
        assertThat(new KeyProfiles(other, Optional.empty()).find("dev")).contains(profile);
        assertThat(new KeyProfiles(other, Optional.empty()).find("none")).isEmpty();
        assertThat(KeyProfiles.read(profile).database()).isNotNull();
        assertThat(SortedListing.of(profile.getParent())).containsExactly(profile);
    }

    /** A folder that the user names lies in the user's own place: nothing is written beside it. */
    @Test
    void generate_inANamedFolder() throws Exception {
        Path keys = folder.resolve("home/keys");
        Path profile = generate(new KeyProfiles(folder, Optional.of(keys)), "dev");
        assertThat(profile).isEqualTo(keys.resolve("dev"));
        assertThat(SortedListing.of(folder.resolve("home"))).containsExactly(keys);
        assertThat(keys.resolve(".gitignore")).hasContent("*");
    }

    @Test
    void privateKeys_areTheOwnersOnly() throws Exception {
        Assumptions.assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "needs POSIX permissions");
        Path profile = generate(new KeyProfiles(folder, Optional.empty()), "dev");
        int checked = 0;
        for (Path file : SortedListing.of(profile)) {
            if (file.toString().endsWith(".key")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
                checked++;
            }
        }
        assertThat(checked).isPositive();
    }

    @Test
    void generate_neverOverwrites() throws Exception {
        KeyProfiles profiles = new KeyProfiles(folder, Optional.empty());
        Path profile = generate(profiles, "dev");
        byte[] before = Files.readAllBytes(profile.resolve("db.crt"));
        BuildException e = catchThrowableOfType(BuildException.class, () -> generate(profiles, "dev"));
        assertThat(e.code()).isEqualTo(FailureCode.SIGNING);
        assertThat(Files.readAllBytes(profile.resolve("db.crt"))).isEqualTo(before);
    }

    @Test
    void generate_twoAtOnceEndWithOneProfile() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        Callable<Path> work = () -> {
            start.await();
            try {
                return generate(new KeyProfiles(folder, Optional.empty()), "dev");
            } catch (BuildException e) {
                assertThat(e.code()).isEqualTo(FailureCode.SIGNING); // the other one was a whole step ahead
                return null;
            }
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (var done : threads.invokeAll(List.of(work, work))) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        Path profile = folder.resolve(".caisson/keys/dev");
        assertThat(KeyProfiles.read(profile).database()).isNotNull();
        assertThat(SortedListing.of(profile.getParent())).containsExactly(profile);
    }

    @Test
    void read_damagedProfile() throws Exception {
        Path profile = generate(new KeyProfiles(folder, Optional.empty()), "dev");
        Files.write(profile.resolve("db.key"), new byte[10]);
        BuildException e = catchThrowableOfType(BuildException.class, () -> KeyProfiles.read(profile));
        assertThat(e.code()).isEqualTo(FailureCode.SIGNING);
        assertThat(e).hasMessageContaining(profile.toString());
    }
}
