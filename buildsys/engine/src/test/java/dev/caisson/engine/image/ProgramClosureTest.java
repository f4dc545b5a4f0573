package dev.caisson.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.fixture.TestElf;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProgramClosureTest {
    private static final String LIBRARIES = "/usr/lib/x86_64-linux-gnu/";

    private final FileTree.Builder tree = FileTree.builder(Attributes.ofRoot(0755, 0));

    ProgramClosureTest() {
        tree.symlink("/lib64", "usr/lib64", 0);
        put(LIBRARIES + "libc.so.6", TestElf.object());
        put("/usr/lib64/ld-linux-x86-64.so.2", TestElf.object());
    }

    private void put(String path, TestElf elf) {
        tree.file(path, Attributes.ofRoot(0755, 0), elf.build());
    }

    private Iterable<String> closure(ProgramClosure closure, String program) throws BuildException, IOException {
        closure.add(program);
        return closure.libraries();
    }

    @Test
    void followsWhatIsNeededAllTheWayDownWithTheInterpreter() throws Exception {
        put(
                "/usr/bin/a",
                TestElf.object().interpreter("/lib64/ld-linux-x86-64.so.2").needs("libb.so.1", "libc.so.6"));
        put(LIBRARIES + "libb.so.1", TestElf.object().needs("libd.so.2", "libc.so.6", "ld-linux-x86-64.so.2"));
        put(LIBRARIES + "libd.so.2", TestElf.object().needs("libb.so.1"));
        assertThat(closure(ProgramClosure.linked(tree.build()), "/usr/bin/a"))
                .containsExactly(
                        "/lib64/ld-linux-x86-64.so.2",
                        LIBRARIES + "libb.so.1",
                        LIBRARIES + "libc.so.6",
                        LIBRARIES + "libd.so.2");
    }

    @Test
    void aStaticProgramNeedsNothing() throws Exception {
        put("/usr/bin/a", TestElf.object());
        assertThat(closure(ProgramClosure.linked(tree.build()), "/usr/bin/a")).isEmpty();
    }

    @Test
    void looksAlongTheRunPathAlsoForWhatLibrariesNeed() throws Exception {
        put("/usr/lib/systemd/a", TestElf.object().runPath("$ORIGIN/../private").needs("libcore.so"));
        put("/usr/lib/private/libcore.so", TestElf.object().needs("libshared.so"));
        put("/usr/lib/private/libshared.so", TestElf.object());
        put(LIBRARIES + "libshared.so", TestElf.object());
        assertThat(closure(ProgramClosure.linked(tree.build()), "/usr/lib/systemd/a"))
                .allMatch(path -> path.contains("private"))
                .hasSize(2);
    }

    @Test
    void namesTheProgramWhoseLibraryIsMissing() {
        put("/usr/bin/a", TestElf.object().needs("libb.so.1"));
        put(LIBRARIES + "libb.so.1", TestElf.object().needs("libgone.so.3"));
        assertThatThrownBy(() -> closure(ProgramClosure.linked(tree.build()), "/usr/bin/a"))
                .isInstanceOfSatisfying(
                        BuildException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.CONTENT))
                .hasMessageContaining("libgone.so.3")
                .hasMessageContaining("/usr/bin/a");
    }

    @Test
    void oddNamesAreMissingAndNoMoreThanThat() {
        for (String name : List.of("..", "x".repeat(300), "a/../../b", "\u00e4".repeat(200))) {
            put(
                    "/usr/bin/a",
                    TestElf.object().runPath("relative:" + "y".repeat(300)).needs(name));
            assertThatThrownBy(() -> closure(ProgramClosure.linked(tree.build()), "/usr/bin/a"))
                    .isInstanceOf(BuildException.class);
        }
    }

    @Test
    void namesAMissingInterpreter() {
        put("/usr/bin/a", TestElf.object().interpreter("/lib/ld-musl.so.1"));
        assertThatThrownBy(() -> closure(ProgramClosure.linked(tree.build()), "/usr/bin/a"))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("/lib/ld-musl.so.1");
    }

    @Test
    void takesWhatIsOpenedByPriorityAndFeature() throws Exception {
        put(
                "/usr/bin/a",
                TestElf.object()
                        .opens("kmod", "suggested", "\"libkmod.so.2\"")
                        .opens("must", "required", "\"libnew.so.2\",\"libold.so.1\"")
                        .opens("zstd", "recommended", "\"libzstd.so.1\"")
                        .opens("absent", "recommended", "\"libabsent.so.1\"")
                        .opens("tpm", "suggested", "\"libtss.so.0\""));
        put(LIBRARIES + "libkmod.so.2", TestElf.object().needs("liblzma.so.5"));
        for (String name : List.of("liblzma.so.5", "libold.so.1", "libzstd.so.1", "libtss.so.0")) {
            put(LIBRARIES + name, TestElf.object());
        }
        assertThat(closure(ProgramClosure.opened(tree.build(), Set.of("kmod")), "/usr/bin/a"))
                .containsExactly(
                        LIBRARIES + "libkmod.so.2",
                        LIBRARIES + "liblzma.so.5",
                        LIBRARIES + "libold.so.1",
                        LIBRARIES + "libzstd.so.1");
        assertThat(closure(ProgramClosure.linked(tree.build()), "/usr/bin/a")).isEmpty();
    }

    @Test
    void aFeatureThatIsAskedForMustBeThere() {
        put("/usr/bin/a", TestElf.object().opens("kmod", "recommended", "\"libkmod.so.3\",\"libkmod.so.2\""));
        assertThatThrownBy(() -> closure(ProgramClosure.opened(tree.build(), Set.of("kmod")), "/usr/bin/a"))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("libkmod.so.3 or libkmod.so.2");
    }

    @Test
    void notesOfOthersArePassedOverAndDamagedOnesReported() throws Exception {
        byte[] note = TestElf.note(0x407c0c0a, "[{\"soname\":[\"a\"]}]");
        assertThat(DlopenNotes.parse(note, ByteOrder.LITTLE_ENDIAN))
                .containsExactly(new DlopenNotes.Entry("", "recommended", List.of("a")));
        assertThat(DlopenNotes.parse(TestElf.note(1, "what?"), ByteOrder.LITTLE_ENDIAN))
                .isEmpty();
        for (String json : List.of("", "{}", "[1]", "[{}]", "[{\"soname\":[1]}]", "[{\"soname\":[\"a\"]")) {
            assertThatThrownBy(() -> DlopenNotes.parse(TestElf.note(0x407c0c0a, json), ByteOrder.LITTLE_ENDIAN))
                    .as(json)
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void anyDamageGivesEntriesOrAFormatException() {
        byte[] note = TestElf.note(0x407c0c0a, "[{\"feature\":\"f\",\"soname\":[\"a\"]}]");
        for (int bit = 0; bit < note.length * 8; bit++) {
            byte[] damaged = note.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            parse(damaged);
        }
        for (int length = 0; length < note.length; length++) {
            parse(Arrays.copyOf(note, length));
        }
    }

    private static void parse(byte[] bytes) {
        try {
            DlopenNotes.parse(bytes, ByteOrder.LITTLE_ENDIAN);
        } catch (FormatException e) {
            assertThat(e).hasMessageContaining(" ");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
