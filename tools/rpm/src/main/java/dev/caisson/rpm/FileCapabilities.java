package dev.caisson.rpm;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.util.List;
import java.util.Locale;

/**
 * File capabilities: the text that headers have ({@code cap_from_text(3)}, {@code cap_net_raw=ep}) and the value of the
 * {@code security.capability} attribute that it stands for ({@code struct vfs_cap_data}, version 2, in
 * {@code include/uapi/linux/capability.h}).
 *
 * @param permitted bit set by capability number
 * @param inheritable bit set by capability number
 * @param effective whether the permitted ones are effective at once
 */
public record FileCapabilities(long permitted, long inheritable, boolean effective) {
    /** The attribute's name. */
    public static final String XATTR = "security.capability";

    /** By number, from {@code include/uapi/linux/capability.h}, without {@code cap_}. */
    private static final List<String> NAMES = List.of(
            "chown",
            "dac_override",
            "dac_read_search",
            "fowner",
            "fsetid",
            "kill",
            "setgid",
            "setuid",
            "setpcap",
            "linux_immutable",
            "net_bind_service",
            "net_broadcast",
            "net_admin",
            "net_raw",
            "ipc_lock",
            "ipc_owner",
            "sys_module",
            "sys_rawio",
            "sys_chroot",
            "sys_ptrace",
            "sys_pacct",
            "sys_admin",
            "sys_boot",
            "sys_nice",
            "sys_resource",
            "sys_time",
            "sys_tty_config",
            "mknod",
            "lease",
            "audit_write",
            "audit_control",
            "setfcap",
            "mac_override",
            "mac_admin",
            "syslog",
            "wake_alarm",
            "block_suspend",
            "audit_read",
            "perfmon",
            "bpf",
            "checkpoint_restore");

    private static final long ALL = (1L << NAMES.size()) - 1;
    private static final int REVISION_2 = 0x02000000;
    private static final int EFFECTIVE = 1;

    /** The three sets while the text is read. */
    private static final class Sets {
        private long effective;
        private long inheritable;
        private long permitted;

        void change(char operator, String flags, long capabilities) throws FormatException {
            if (operator == '=') {
                effective &= ~capabilities;
                inheritable &= ~capabilities;
                permitted &= ~capabilities;
            }
            for (int i = 0; i < flags.length(); i++) {
                char flag = flags.charAt(i);
                switch (flag) {
                    case 'e' -> effective = changed(effective, operator, capabilities);
                    case 'i' -> inheritable = changed(inheritable, operator, capabilities);
                    case 'p' -> permitted = changed(permitted, operator, capabilities);
                    default -> throw malformed("has the flag '" + flag + "'", "e, i and p");
                }
            }
        }

        private static long changed(long set, char operator, long capabilities) {
            return operator == '-' ? set & ~capabilities : set | capabilities;
        }
    }

    /**
     * Parses text.
     *
     * @throws CorruptDataException when it is malformed, or when some but not all permitted ones are effective, which no file can
     *     have
     * @throws UnsupportedFeatureException for a capability without a number
     */
    public static FileCapabilities parse(String text) throws FormatException {
        Sets sets = new Sets();
        for (String clause : text.strip().split("\\s+", -1)) {
            parseClause(clause, sets);
        }
        long wanted = sets.permitted | sets.inheritable;
        if (sets.effective != 0 && (sets.effective & wanted) != wanted) {
            throw malformed("\"" + text + "\" makes only some capabilities effective", "all or none");
        }
        return new FileCapabilities(sets.permitted, sets.inheritable, sets.effective != 0);
    }

    private static void parseClause(String clause, Sets sets) throws FormatException {
        int at = 0;
        while (at < clause.length() && "=+-".indexOf(clause.charAt(at)) < 0) {
            at++;
        }
        if (at == clause.length()) {
            throw malformed("\"" + clause + "\" has no operator", "'=', '+' or '-'");
        }
        if (at == 0 && clause.charAt(0) != '=') {
            throw malformed("\"" + clause + "\" names no capability", "a name before '+' and '-'");
        }
        long capabilities = at == 0 ? ALL : capabilities(clause.substring(0, at));
        while (at < clause.length()) {
            char operator = clause.charAt(at++);
            int from = at;
            while (at < clause.length() && "=+-".indexOf(clause.charAt(at)) < 0) {
                at++;
            }
            sets.change(operator, clause.substring(from, at), capabilities);
        }
    }

    private static long capabilities(String names) throws FormatException {
        long set = 0;
        for (String name : names.split(",", -1)) {
            String lower = name.toLowerCase(Locale.ROOT);
            int number = lower.startsWith("cap_") ? NAMES.indexOf(lower.substring(4)) : -1;
            if (lower.equals("all")) {
                set |= ALL;
            } else if (number >= 0) {
                set |= 1L << number;
            } else {
                throw new UnsupportedFeatureException(
                        "capability", FormatException.NO_OFFSET, "is \"" + name + "\"", "a name that Linux has");
            }
        }
        return set;
    }

    private static CorruptDataException malformed(String actual, String expected) {
        return new CorruptDataException("file capabilities", FormatException.NO_OFFSET, actual, expected);
    }

    /** The attribute's value, 20 bytes. */
    public byte[] toXattr() {
        return BinaryWriter.littleEndian(20)
                .u32(REVISION_2 | (effective ? EFFECTIVE : 0))
                .u32(permitted & 0xffffffffL)
                .u32(inheritable & 0xffffffffL)
                .u32(permitted >>> 32)
                .u32(inheritable >>> 32)
                .toByteArray();
    }
}
