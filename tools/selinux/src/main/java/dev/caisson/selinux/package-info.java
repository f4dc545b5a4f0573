/**
 * SELinux file contexts: which label a policy gives to a path.
 *
 * <p>Format: selabel_file(5) of libselinux. {@code file_contexts} is text, a rule a line: a regular expression over the whole
 * path, optionally a type ({@code --} regular file, {@code -d -l -c -b -p -s} as in {@code ls -l}), and a context or
 * {@code <<none>>}, which leaves the path without a label. {@code .homedirs} and {@code .local} are read behind it, in this order.
 * {@code .subs_dist} and {@code .subs} map path prefixes to the prefixes that the rules speak of.
 *
 * <p>Order: rules without any of {@code . ^ $ ? * + | [ ( {} (other than escaped) are names and count before all expressions;
 * otherwise the last rule that matches counts. {@link dev.caisson.selinux.FileContexts} finds it without trying all rules:
 * expressions are indexed by the text that they begin with, and the commonest endings need no expression at all.
 *
 * <p>Expressions are Perl's in the sense of PCRE2 with DOTALL, over bytes. What Java's expressions mean differently is translated
 * ({@link dev.caisson.selinux.PcreTranslation}) or refused with its place: back references, look-behind, options, named
 * groups, verbs, Unicode properties. As in libselinux, {@code a|b} on the top level means {@code ^a|b$}; unlike there, {@code $}
 * does not match before a line break at the end of a name, and the first directory of an expression may hold escapes.
 *
 * <p>It reads no binary {@code .bin} files, checks no context against a policy, and writes nothing.
 */
package dev.caisson.selinux;
