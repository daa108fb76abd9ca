/** The consumer groups of the services: their default names, and the offsets that they have committed. */
package io.sidetrack.common.group;
