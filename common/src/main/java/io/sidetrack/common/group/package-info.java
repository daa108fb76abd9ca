/** The committed offsets of consumer groups. */
package io.sidetrack.common.group;
