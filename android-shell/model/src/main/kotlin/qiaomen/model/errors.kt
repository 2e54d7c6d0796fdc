// What went wrong, by what the person in front of the phone can do about it.
//
// Invariant: every error of the core's has a sentence that says what happened and what to do; none holds anything that a
// person wrote.
package qiaomen.model

import qiaomen.core.InvalidReason
import qiaomen.core.QiaomenException

/** A sentence about [error]. */
fun Words.error(error: Throwable): String = when (error) {
    is QiaomenException.Offline -> this("error.offline")
    is QiaomenException.SignedOut -> this("error.signedOut")
    is QiaomenException.Revoked -> this("error.revoked")
    is QiaomenException.StorageFull -> this("error.storageFull")
    is QiaomenException.Invalid -> this("error.invalid", "field" to field(error.field), "why" to invalid(error.reason))
    is QiaomenException.Incompatible -> this("error.incompatible")
    is QiaomenException.DamagedStore -> this("error.damagedStore")
    is QiaomenException.KeyUnavailable -> this("error.keyUnavailable")
    is QiaomenException.Cancelled -> this("error.cancelled")
    is QiaomenException.NotFound -> this("error.notFound")
    is QiaomenException.NotEnrolled -> this("error.notEnrolled")
    is QiaomenException.RoleUnknown -> this("error.roleUnknown")
    is QiaomenException.Refused -> refusal(error.code)
    is QiaomenException.Unexpected -> this("error.unexpected", "what" to error.what)
    // The class alone: what an exception of another making says may hold anything.
    else -> this("error.unexpected", "what" to error.javaClass.simpleName)
}

/** What is wrong with a field, to be put beside it. */
fun Words.invalid(reason: InvalidReason): String = when (reason) {
    InvalidReason.Missing -> this("invalid.missing")
    InvalidReason.WrongType -> this("invalid.wrongType")
    // A Chinese character takes three bytes; people count characters.
    is InvalidReason.TooLong -> this("invalid.tooLong", "count" to reason.bytes / 3uL)
    is InvalidReason.TooMany -> this("invalid.tooMany", "count" to reason.most)
    InvalidReason.OutOfRange -> this("invalid.outOfRange")
    is InvalidReason.Before -> this("invalid.before", "other" to field(reason.other))
    is InvalidReason.Contradicts -> this("invalid.contradicts", "other" to field(reason.other))
    InvalidReason.UnknownWord -> this("invalid.unknownWord")
    InvalidReason.Malformed -> this("invalid.malformed")
    InvalidReason.Mismatch -> this("invalid.mismatch")
    InvalidReason.Other -> this("invalid.other")
}

/** What a record's field is called: by its whole path, else by its last part, else as it is. */
fun Words.field(path: String): String {
    // Identifiers and places in a list are no names.
    val parts = path.split('.').filterNot { it.length > 30 || it.all(Char::isDigit) }
    return known("field.${parts.joinToString(".")}") ?: known("field.${parts.lastOrNull()}") ?: path
}

/** What the server's code of a refusal means. */
private fun Words.refusal(code: String): String = known("refused.$code") ?: this("refused", "code" to code)
