/** Key profiles: the Secure Boot keys that a variant is signed with, by name, in folders beside the variants. */
package dev.caisson.engine.keys;
