package dev.caisson.manifest;

/**
 * A group of packages that is asked for: a group or an environment of an RPM repository.
 *
 * @param id its identifier or name
 * @param optional whether its optional packages are asked for, too
 * @param at where it is asked for
 */
public record PackageGroupSpec(String id, boolean optional, Position at) {
    /** {@code @id}, with {@code +optional} behind it where that is asked for. */
    @Override
    public String toString() {
        return "@" + id + (optional ? "+optional" : "");
    }
}
