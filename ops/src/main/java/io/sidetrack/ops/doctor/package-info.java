/** Looks at everything that Sidetrack needs, and says what is wrong and what to do. */
package io.sidetrack.ops.doctor;
