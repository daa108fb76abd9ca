/** Checks everything that Sidetrack needs, and reports problems with their remedies. */
package io.sidetrack.ops.doctor;
