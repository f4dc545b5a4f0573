/**
 * OVAs into VMware vSphere.
 *
 * <p>Two ways: a virtual machine by OVF import (vSphere Web Services, SOAP: {@code CreateImportSpec}, {@code ImportVApp} and an
 * {@code HttpNfcLease}), which can be marked as a template; and an item of a content library (vSphere Automation, REST: an update
 * session and its files).
 */
package dev.caisson.publish.vsphere;
