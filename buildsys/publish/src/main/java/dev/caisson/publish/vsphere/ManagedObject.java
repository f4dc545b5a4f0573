package dev.caisson.publish.vsphere;

/**
 * A reference to an object of the server.
 *
 * @param type such as {@code VirtualMachine}
 * @param value the server's name for it
 */
record ManagedObject(String type, String value) {}
