package dev.caisson.ova;

/**
 * A setting that is asked for when the machine is deployed, and that the guest reads through VMware's guestinfo.
 *
 * @param key its name, such as {@code guestinfo.userdata}
 * @param label what people see
 * @param description what it is for
 * @param value what it is when nobody sets it; may be empty
 * @param password whether it is not shown
 */
public record OvfProperty(String key, String label, String description, String value, boolean password) {}
