/**
 * Publishing: what is the same for every place that images are published to.
 *
 * <p>Each place has a package of its own below this one. A client plans first, and the plan can be shown without a connection
 * or credentials; what it has made is either complete or taken back; secrets are in no message, plan or result.
 */
package dev.caisson.publish;
