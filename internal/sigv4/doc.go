// Package sigv4 verifies AWS Signature Version 4 on the server's side, in the
// Authorization header and in the query of a presigned URL.
//
// It recomputes the signature from the request as received: the escaped path
// encoded once more (for every service but S3), the query encoded anew and
// sorted, or as it was sent, exactly the headers named in SignedHeaders. It says whether a signature is right and
// whose it is; what that person may do is not its business, and it never signs.
//
// Source: IAM user guide, "Create a signed AWS API request" and "Troubleshoot
// signed requests".
package sigv4
