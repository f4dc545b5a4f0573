package dev.caisson.archive;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lists the members of an ar archive ({@code ar.h}, {@code deb(5)}).
 *
 * <pre>
 * offset size field
 *      0    8 "!&lt;arch&gt;\n"
 * then for each member, at an even offset:
 *      0   16 ar_name   blanks at the end; one slash before them is GNU's terminator
 *     16   12 ar_date   decimal seconds, not used
 *     28    6 ar_uid    decimal, not used
 *     34    6 ar_gid    decimal, not used
 *     40    8 ar_mode   octal, not used
 *     48   10 ar_size   decimal
 *     58    2 ar_fmag   "`\n"
 *     60      the content, then one line feed when its size is odd
 * </pre>
 *
 * It cannot read GNU's name table and {@code /N} references, BSD's {@code #1/N} names and symbol tables: no Debian package has
 * them, and dpkg refuses them too.
 */
public final class ArReader {
    private static final byte[] MAGIC = "!<arch>\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final int HEADER_SIZE = 60;

    private ArReader() {}

    /**
     * One member.
     *
     * @param name its name, 1–16 printable ASCII characters
     * @param offset position of its content in the archive, in bytes
     * @param size size of its content in bytes
     */
    public record Member(String name, long offset, long size) {
        /** The content, as a part of the archive that the member was read from. */
        public ByteSource in(ByteSource archive) {
            return archive.slice(offset, size);
        }
    }

    /**
     * Reads all member headers; contents are not read.
     *
     * @param maxMembers largest number of members accepted
     * @throws NotThisFormatException when the magic is missing
     * @throws CorruptDataException when a header is malformed or a member ends after the archive
     * @throws UnsupportedFeatureException for long names and symbol tables
     * @throws LimitExceededException when there are more members
     */
    public static List<Member> read(ByteSource archive, int maxMembers) throws IOException {
        if (archive.size() < MAGIC.length || !Arrays.equals(archive.read(0, MAGIC.length), MAGIC)) {
            throw new NotThisFormatException("ar archive", 0, "does not start with \"!<arch>\\n\"", "an ar archive");
        }
        List<Member> members = new ArrayList<>();
        long at = MAGIC.length;
        while (at < archive.size()) {
            if (members.size() == maxMembers) {
                throw new LimitExceededException("ar archive", at, "has more members", "at most " + maxMembers);
            }
            Member member = readMember(archive, at);
            members.add(member);
            at = member.offset() + member.size();
            if (member.size() % 2 != 0) {
                checkPadding(archive, at++, member);
            }
        }
        return members;
    }

    private static Member readMember(ByteSource archive, long at) throws IOException {
        if (archive.size() - at < HEADER_SIZE) {
            throw new CorruptDataException(
                    "ar header", at, "is truncated after " + (archive.size() - at) + " bytes", HEADER_SIZE + " bytes");
        }
        String header = new String(archive.read(at, HEADER_SIZE), StandardCharsets.ISO_8859_1);
        if (!header.endsWith("`\n")) {
            throw new CorruptDataException(
                    "ar header ar_fmag", at, "is \"" + printable(header.substring(58)) + "\"", "\"`\\n\"");
        }
        checkNumber("ar_date", header.substring(16, 28), "-?[0-9]* *", at);
        checkNumber("ar_uid", header.substring(28, 34), "[0-9]* *", at);
        checkNumber("ar_gid", header.substring(34, 40), "[0-9]* *", at);
        checkNumber("ar_mode", header.substring(40, 48), "[0-7]* *", at);
        String name = name(header.substring(0, 16), at);
        checkNumber("ar_size", header.substring(48, 58), "[0-9]+ *", at);
        long size = Long.parseLong(header.substring(48, 58).strip());
        long offset = at + HEADER_SIZE;
        if (size > archive.size() - offset) {
            throw new CorruptDataException(
                    "ar member " + name,
                    at,
                    "is truncated: has " + (archive.size() - offset) + " bytes",
                    size + " bytes as ar_size says");
        }
        return new Member(name, offset, size);
    }

    private static void checkNumber(String field, String text, String form, long at) throws CorruptDataException {
        if (!text.matches(form)) {
            throw new CorruptDataException(
                    "ar header " + field, at, "is \"" + printable(text) + "\"", "a number and blanks");
        }
    }

    private static String name(String field, long at) throws FormatException {
        String name = field.replaceFirst(" +$", "");
        if (name.startsWith("#1/")) {
            throw new UnsupportedFeatureException(
                    "ar header ar_name", at, "is BSD's long name " + printable(name), "a plain name");
        }
        if (name.equals("/") || name.equals("/SYM64/") || name.startsWith("__.SYMDEF")) {
            throw new UnsupportedFeatureException("ar header ar_name", at, "is a symbol table", "a plain name");
        }
        if (name.startsWith("/")) {
            throw new UnsupportedFeatureException(
                    "ar header ar_name", at, "is GNU's long name " + printable(name), "a plain name");
        }
        if (name.endsWith("/")) {
            name = name.substring(0, name.length() - 1);
        }
        if (!name.matches("[!-.0-~][ -.0-~]*")) {
            throw new CorruptDataException("ar header ar_name", at, "is \"" + printable(field) + "\"", "a plain name");
        }
        return name;
    }

    private static String printable(String text) {
        return TarEntry.printable(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void checkPadding(ByteSource archive, long at, Member member) throws IOException {
        if (at >= archive.size()) {
            throw new CorruptDataException(
                    "ar member " + member.name(), at, "is truncated", "a line feed after an odd number of bytes");
        }
        byte padding = archive.read(at, 1)[0];
        if (padding != '\n') {
            throw new CorruptDataException(
                    "ar padding after " + member.name(),
                    at,
                    "is 0x" + Integer.toHexString(padding & 0xff),
                    "a line feed");
        }
    }
}
