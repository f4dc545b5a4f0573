/** From a variant's requests to exact packages: verified metadata, resolution, lock. Never writes an image. */
package dev.caisson.engine.resolve;
