/**
 * OVAs into VMware vSphere.
 *
 * <p>Two ways: a virtual machine by OVF import (vSphere Web Services, SOAP: {@code CreateImportSpec}, {@code ImportVApp} and an
 * {@code HttpNfcLease}), which can be marked as a template; and an item of a content library (vSphere Automation, REST: an update
 * session and its files). See decision 0017 for why this is our own.
 *
 * <p>A machine or item bears its name only when it is whole, and with it the digest of its package; until then its name says that
 * it is unfinished. It cannot power machines on, make libraries, or reach an ESXi host without a vCenter.
 */
package dev.caisson.publish.vsphere;
