package apigateway

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/clientcertificate"
	"postern/internal/restjson"
	"postern/internal/usageplan"
)

// Handler serves the operations under /apikeys, /usageplans,
// /clientcertificates, /account and /tags. The scope is taken from the request's context.
func (s *Service) Handler() http.Handler {
	a := &restjson.API{Logger: s.log}
	s.serveKeys(a)
	s.servePlans(a)
	s.servePlanKeys(a)
	s.serveCertificates(a)
	restjson.Handle(a, "GET /account", http.StatusOK, func(ctx context.Context, _ *restjson.Request, _ restjson.None) (Account, error) {
		return s.GetAccount(ctx, apigateway.ScopeFrom(ctx))
	})
	restjson.Handle(a, "PATCH /account", http.StatusOK, func(ctx context.Context, _ *restjson.Request, in patchInput) (Account, error) {
		return s.UpdateAccount(ctx, apigateway.ScopeFrom(ctx), in.PatchOperations)
	})
	s.serveTags(a)
	return a
}

func (s *Service) serveKeys(a *restjson.API) {
	// CreateApiKey and ImportApiKeys share a path; the body of one is JSON.
	restjson.Handle(a, "POST /apikeys", http.StatusCreated, func(ctx context.Context, r *restjson.Request, _ restjson.None) (any, error) {
		body, err := io.ReadAll(io.LimitReader(r.Body, restjson.DefaultLimit+1))
		if err != nil || len(body) > restjson.DefaultLimit {
			return nil, awserr.Newf(awserr.PayloadTooLarge, "Request body is larger than %d bytes", restjson.DefaultLimit)
		}
		scope := apigateway.ScopeFrom(ctx)
		if r.Query.Get("mode") == "import" {
			if format := r.Query.Get("format"); format != "csv" {
				return nil, awserr.Newf(awserr.BadRequest, "Invalid value for format: %q is not csv", format)
			}
			return s.ImportApiKeys(ctx, scope, bytes.NewReader(body), r.Query.Get("failonwarnings") == "true")
		}
		var in ApiKeyInput
		if err := restjson.Decode(body, &in); err != nil {
			return nil, err
		}
		return s.CreateApiKey(ctx, scope, in)
	})
	restjson.Handle(a, "GET /apikeys", http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (List[usageplan.ApiKey], error) {
		page, err := newPage(r.Query.Get("limit"), r.Query.Get("position"))
		if err != nil {
			return List[usageplan.ApiKey]{}, err
		}
		return s.GetApiKeys(ctx, apigateway.ScopeFrom(ctx), ApiKeyQuery{
			Page: page, Name: r.Query.Get("name"), CustomerID: r.Query.Get("customerId"),
			IncludeValues: r.Query.Get("includeValues") == "true",
		})
	})
	restjson.Handle(a, "GET /apikeys/{id}", http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (usageplan.ApiKey, error) {
		return s.GetApiKey(ctx, apigateway.ScopeFrom(ctx), r.Param("id"), r.Query.Get("includeValue") == "true")
	})
	restjson.Handle(a, "PATCH /apikeys/{id}", http.StatusOK, func(ctx context.Context, r *restjson.Request, in patchInput) (usageplan.ApiKey, error) {
		return s.UpdateApiKey(ctx, apigateway.ScopeFrom(ctx), r.Param("id"), in.PatchOperations)
	})
	restjson.Handle(a, "DELETE /apikeys/{id}", http.StatusAccepted, func(ctx context.Context, r *restjson.Request, _ restjson.None) (restjson.None, error) {
		return restjson.None{}, s.DeleteApiKey(ctx, apigateway.ScopeFrom(ctx), r.Param("id"))
	})
}

func (s *Service) servePlans(a *restjson.API) {
	restjson.Handle(a, "POST /usageplans", http.StatusCreated, func(ctx context.Context, _ *restjson.Request, in UsagePlanInput) (usageplan.UsagePlan, error) {
		return s.CreateUsagePlan(ctx, apigateway.ScopeFrom(ctx), in)
	})
	restjson.Handle(a, "GET /usageplans", http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (List[usageplan.UsagePlan], error) {
		page, err := newPage(r.Query.Get("limit"), r.Query.Get("position"))
		if err != nil {
			return List[usageplan.UsagePlan]{}, err
		}
		return s.GetUsagePlans(ctx, apigateway.ScopeFrom(ctx), page, r.Query.Get("keyId"))
	})
	restjson.Handle(a, "GET /usageplans/{id}", http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (usageplan.UsagePlan, error) {
		return s.GetUsagePlan(ctx, apigateway.ScopeFrom(ctx), r.Param("id"))
	})
	restjson.Handle(a, "PATCH /usageplans/{id}", http.StatusOK, func(ctx context.Context, r *restjson.Request, in patchInput) (usageplan.UsagePlan, error) {
		return s.UpdateUsagePlan(ctx, apigateway.ScopeFrom(ctx), r.Param("id"), in.PatchOperations)
	})
	restjson.Handle(a, "DELETE /usageplans/{id}", http.StatusAccepted, func(ctx context.Context, r *restjson.Request, _ restjson.None) (restjson.None, error) {
		return restjson.None{}, s.DeleteUsagePlan(ctx, apigateway.ScopeFrom(ctx), r.Param("id"))
	})
}

// planKeyInput is the input of CreateUsagePlanKey.
type planKeyInput struct {
	KeyID   string `json:"keyId"`
	KeyType string `json:"keyType"`
}

func (s *Service) servePlanKeys(a *restjson.API) {
	restjson.Handle(a, "POST /usageplans/{id}/keys", http.StatusCreated, func(ctx context.Context, r *restjson.Request, in planKeyInput) (UsagePlanKey, error) {
		return s.CreateUsagePlanKey(ctx, apigateway.ScopeFrom(ctx), r.Param("id"), in.KeyID, in.KeyType)
	})
	restjson.Handle(a, "GET /usageplans/{id}/keys", http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (List[UsagePlanKey], error) {
		page, err := newPage(r.Query.Get("limit"), r.Query.Get("position"))
		if err != nil {
			return List[UsagePlanKey]{}, err
		}
		return s.GetUsagePlanKeys(ctx, apigateway.ScopeFrom(ctx), r.Param("id"), page, r.Query.Get("name"))
	})
	restjson.Handle(a, "GET /usageplans/{id}/keys/{key}", http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (UsagePlanKey, error) {
		return s.GetUsagePlanKey(ctx, apigateway.ScopeFrom(ctx), r.Param("id"), r.Param("key"))
	})
	restjson.Handle(a, "DELETE /usageplans/{id}/keys/{key}", http.StatusAccepted, func(ctx context.Context, r *restjson.Request, _ restjson.None) (restjson.None, error) {
		return restjson.None{}, s.DeleteUsagePlanKey(ctx, apigateway.ScopeFrom(ctx), r.Param("id"), r.Param("key"))
	})
	restjson.Handle(a, "GET /usageplans/{id}/usage", http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (UsageReport, error) {
		page, err := newPage(r.Query.Get("limit"), r.Query.Get("position"))
		if err != nil {
			return UsageReport{}, err
		}
		return s.GetUsage(ctx, apigateway.ScopeFrom(ctx), r.Param("id"), UsageQuery{
			Page: page, KeyID: r.Query.Get("keyId"), StartDate: r.Query.Get("startDate"), EndDate: r.Query.Get("endDate"),
		})
	})
	restjson.Handle(a, "PATCH /usageplans/{id}/keys/{key}/usage", http.StatusOK, func(ctx context.Context, r *restjson.Request, in patchInput) (UsageReport, error) {
		return s.UpdateUsage(ctx, apigateway.ScopeFrom(ctx), r.Param("id"), r.Param("key"), in.PatchOperations)
	})
}

func (s *Service) serveCertificates(a *restjson.API) {
	restjson.Handle(a, "POST /clientcertificates", http.StatusCreated, func(ctx context.Context, _ *restjson.Request, in ClientCertificateInput) (clientcertificate.ClientCertificate, error) {
		return s.GenerateClientCertificate(ctx, apigateway.ScopeFrom(ctx), in)
	})
	restjson.Handle(a, "GET /clientcertificates", http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (List[clientcertificate.ClientCertificate], error) {
		page, err := newPage(r.Query.Get("limit"), r.Query.Get("position"))
		if err != nil {
			return List[clientcertificate.ClientCertificate]{}, err
		}
		return s.GetClientCertificates(ctx, apigateway.ScopeFrom(ctx), page)
	})
	restjson.Handle(a, "GET /clientcertificates/{id}", http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (clientcertificate.ClientCertificate, error) {
		return s.GetClientCertificate(ctx, apigateway.ScopeFrom(ctx), r.Param("id"))
	})
	restjson.Handle(a, "PATCH /clientcertificates/{id}", http.StatusOK, func(ctx context.Context, r *restjson.Request, in patchInput) (clientcertificate.ClientCertificate, error) {
		return s.UpdateClientCertificate(ctx, apigateway.ScopeFrom(ctx), r.Param("id"), in.PatchOperations)
	})
	restjson.Handle(a, "DELETE /clientcertificates/{id}", http.StatusAccepted, func(ctx context.Context, r *restjson.Request, _ restjson.None) (restjson.None, error) {
		return restjson.None{}, s.DeleteClientCertificate(ctx, apigateway.ScopeFrom(ctx), r.Param("id"))
	})
}

// tagsBody is the input of TagResource and the output of GetTags.
type tagsBody struct {
	Tags map[string]string `json:"tags"`
}

func (s *Service) serveTags(a *restjson.API) {
	restjson.Handle(a, "PUT /tags/{arn}", http.StatusNoContent, func(ctx context.Context, r *restjson.Request, in tagsBody) (restjson.None, error) {
		return restjson.None{}, s.TagResource(ctx, apigateway.ScopeFrom(ctx), r.Param("arn"), in.Tags)
	})
	restjson.Handle(a, "DELETE /tags/{arn}", http.StatusNoContent, func(ctx context.Context, r *restjson.Request, _ restjson.None) (restjson.None, error) {
		return restjson.None{}, s.UntagResource(ctx, apigateway.ScopeFrom(ctx), r.Param("arn"), r.Query["tagKeys"])
	})
	restjson.Handle(a, "GET /tags/{arn}", http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (tagsBody, error) {
		tags, err := s.GetTags(ctx, apigateway.ScopeFrom(ctx), r.Param("arn"))
		return tagsBody{tags}, err
	})
}
